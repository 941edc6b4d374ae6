package embedrl.embedrl.compact;

/** A saved model cannot be used: its files are damaged, or it is not what is needed; the message names the folder. */
public final class SavedModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SavedModelException(String message) {
        super(message);
    }

    public SavedModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
