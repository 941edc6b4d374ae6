package embedrl.models.gguf;

/** A GGUF file that cannot be read or written as asked; the message names the file, the tensor or key, and both values. */
public final class GgufException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of content. */
    public GgufException(String message) {
        super(message);
    }

    /** An error with the exception that revealed it. */
    public GgufException(String message, Throwable cause) {
        super(message, cause);
    }
}
