package embedrl.models;

/** An Embedder was asked for what its model cannot do, or was not told what its files leave open; the message says which option to change. */
public final class EmbedderOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** An error of options, with what is wrong. */
    public EmbedderOptionException(String reason) {
        super("embed: " + reason);
        this.reason = reason;
    }

    /** The message without the name of the operation, for those who have said it. */
    public String reason() {
        return reason;
    }

    /** More or fewer numbers were asked for than the model's vectors have. */
    static EmbedderOptionException dimensions(int width, int kept) {
        return new EmbedderOptionException("the model's vectors have " + width + " numbers, so that no " + kept + " of them can be kept");
    }
}
