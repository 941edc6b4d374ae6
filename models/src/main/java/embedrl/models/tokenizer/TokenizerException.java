package embedrl.models.tokenizer;

/** A tokenizer file that cannot be used; the message names the file, the field, and what was expected and found. */
public final class TokenizerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of content. */
    public TokenizerException(String message) {
        super(message);
    }

    /** An error with the exception that revealed it. */
    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
