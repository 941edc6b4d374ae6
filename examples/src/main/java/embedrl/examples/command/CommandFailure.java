package embedrl.examples.command;

import java.util.Objects;

/** Ends a command with an exit code and one line for the user; not a defect, so it prints no stack trace. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** A failure found by the command itself. */
    public CommandFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    /** A failure with the exception that revealed it. */
    public CommandFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = Objects.requireNonNull(exitCode, "exitCode");
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
