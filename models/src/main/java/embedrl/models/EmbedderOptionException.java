package embedrl.models;

/** An Embedder was asked for what its model cannot do, or was not told what its files leave open; the message says which option to change. */
public final class EmbedderOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** An error of options. */
    public EmbedderOptionException(String message) {
        super(message);
    }
}
