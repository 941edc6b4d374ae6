package embedrl.models.media;

/** A media file that cannot be read; the message names the file and the reason. */
public final class MediaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An error of content.
     *
     * @param source the file's name
     * @param reason what is wrong with it
     */
    public MediaException(String source, String reason) {
        super(source + ": " + reason);
    }

    /** An error with the exception that revealed it. */
    public MediaException(String source, String reason, Throwable cause) {
        super(source + ": " + reason, cause);
    }
}
