package embedrl.models.bert;

/** A text encoder's files that cannot be used; the message names the file, the field, and what was expected and found. */
public final class EncoderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of content. */
    public EncoderException(String message) {
        super(message);
    }

    /** An error with the exception that revealed it. */
    public EncoderException(String message, Throwable cause) {
        super(message, cause);
    }
}
