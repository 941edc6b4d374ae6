package embedrl.models.onnx;

/** An ONNX file that cannot be used; the message names the file, what was read, and what was expected and found. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error of content. */
    public OnnxException(String message) {
        super(message);
    }
}
