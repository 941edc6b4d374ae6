package embedrl.examples.command;

/** The exit codes of the {@code embedrl} command; from 64 on they follow sysexits. */
public enum ExitCode {
    /** Everything went well. */
    OK(0, "success"),
    /** The command ran, and what it checked is not right. */
    CHECK_FAILED(1, "a check failed"),
    /** The command line or a configuration is wrong. */
    USAGE(2, "bad usage"),
    /** A file was read and its content is wrong. */
    BAD_DATA(65, "bad content of an input file"),
    /** A file or folder that should be read is not there. */
    NO_INPUT(66, "an input is missing"),
    /** Something that must be installed is not; the launcher uses this too. */
    UNAVAILABLE(69, "something needed is not installed"),
    /** A defect of this program. */
    INTERNAL(70, "internal error"),
    /** A file or folder that should be written cannot be created. */
    CANNOT_CREATE(73, "cannot write an output"),
    /** Reading or writing failed on the way, such as on a full disk. */
    IO_ERROR(74, "input or output failed, such as on a full disk");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number that the process ends with. */
    public int code() {
        return code;
    }

    /** A few words for the help text. */
    public String meaning() {
        return meaning;
    }
}
