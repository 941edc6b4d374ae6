package embedrl.nn.checkpoint;

/** A safetensors file or a checkpoint that cannot be read as asked; the message names the file, the tensor and both values. */
public final class SafetensorsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of content. */
    public SafetensorsException(String message) {
        super(message);
    }

    /** An error with the exception that revealed it. */
    public SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
