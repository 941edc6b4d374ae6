package embedrl.tensor;

/** The shape and type rules that several operations share, with their messages. */
final class Check {
    private Check() {
    }

    static void that(boolean rule, String message, Object... values) {
        if (!rule) throw new TensorException(message.formatted(values));
    }

    static void float32(String operation, Tensor... tensors) {
        for (Tensor tensor : tensors)
            that(tensor.dtype() == DType.FLOAT32, "%s: operands must be FLOAT32, got %s; use cast(FLOAT32)", operation, tensor.type());
    }

    /** A type whose elements stand alone, so that they can be moved one by one. */
    static void single(String operation, Tensor tensor) {
        that(!tensor.dtype().isBlock(), "%s: %s is stored in blocks; cast it to FLOAT32 first", operation, tensor.type());
    }

    static void int32(String operation, String what, Tensor tensor) {
        that(tensor.dtype() == DType.INT32, "%s: %s must be INT32, got %s", operation, what, tensor.type());
    }

    static void shape(String operation, String what, Tensor tensor, Shape expected) {
        that(tensor.shape().equals(expected), "%s: %s must have shape %s, got %s", operation, what, expected, tensor.shape());
    }

    static void rank(String operation, String what, Tensor tensor, int rank) {
        that(tensor.shape().rank() == rank, "%s: %s must have %d axes, got %s", operation, what, rank, tensor.shape());
    }

    static void rankAtLeast(String operation, String what, Tensor tensor, int rank) {
        that(tensor.shape().rank() >= rank, "%s: %s must have at least %d axes, got %s", operation, what, rank, tensor.shape());
    }
}
