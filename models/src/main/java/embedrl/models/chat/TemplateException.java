package embedrl.models.chat;

/** A template that cannot be read or rendered; the message names the line and what to do. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of a template or of what it was given. */
    public TemplateException(String message) {
        super(message);
    }
}
