package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;

/** Turns what TornadoVM throws into one message: which kernel on which device, and the first cause, which it hides behind others. */
final class DeviceFailure {
    private DeviceFailure() {
    }

    static TensorException of(String kernel, String device, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
        String reason = cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        TensorException made = new TensorException("device " + device + ": kernel '" + kernel + "' failed: " + reason
                + "; set EMBEDRL_OPTS=-Dtornado.printKernel=True to see the generated code");
        made.initCause(failure);
        return made;
    }
}
