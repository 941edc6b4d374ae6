package embedrl.examples.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Builds the command line: where output goes, and what a user sees of an error. */
public final class CommandLines {

    private CommandLines() {
    }

    /** The {@code embedrl} command; results go to {@code out}, messages to {@code err}. */
    public static CommandLine standard(PrintStream out, PrintStream err) {
        return new CommandLine(new EmbedRl(out))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(CommandLines::run)
                .setParameterExceptionHandler(CommandLines::onUsageError)
                .setExecutionExceptionHandler(CommandLines::onFailure);
    }

    private static int run(ParseResult result) {
        try {
            return new RunLast().execute(result);
        } catch (OutOfMemoryError memory) {
            // The one error that users cause and can mend; picocli hands only exceptions to onFailure.
            FailureText text = FailureText.of(memory);
            throw new CommandFailure(text.exitCode(), text.message(), memory);
        }
    }

    private static int onUsageError(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = failure.getMessage();
        if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            String wrong = unmatched.getUnmatched().getFirst();
            message = NearestName.message(wrong, command.getCommandSpec());
        }
        command.getErr().println(name + ": " + message.replaceAll("\\s*\\R\\s*", "; ") + " (see " + name + " --help)");
        return ExitCode.USAGE.code();
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult result) {
        FailureText text = FailureText.of(failure);
        command.getOut().flush();
        if (verbose(command)) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + text.message());
        return text.exitCode().code();
    }

    private static boolean verbose(CommandLine command) {
        return command.getCommandSpec().root().userObject() instanceof EmbedRl root && root.verbose();
    }
}
