package embedrl.tensor;

/** A misuse of a tensor operation or program: the message names the operation, the rule, the values and what to do. */
public final class TensorException extends RuntimeException {
    public TensorException(String message) {
        super(message);
    }
}
