package embedrl.examples;

import embedrl.examples.command.CommandLines;

/** Starts the {@code embedrl} command; the launcher {@code ./embedrl} calls it. */
public final class Main {

    private Main() {
    }

    /** Runs one command and ends the process with its exit code; see {@link embedrl.examples.command.ExitCode}. */
    public static void main(String[] arguments) {
        System.exit(CommandLines.standard(System.out, System.err).execute(arguments));
    }
}
