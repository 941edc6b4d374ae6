package embedrl.examples.command;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.TensorException;
import picocli.CommandLine.Option;

/** The options that choose where tensor programs run. */
final class DeviceOptions {

    @Option(names = "--device", paramLabel = "NAME", description = "Where programs run: cpu, tornado (the first TornadoVM device) or another that the command devices lists, with its options behind it (tornado:0:0:bf16). Default: cpu where it works.")
    private String device;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = "Threads of the CPU; 0 (default) means all cores. Never changes a result.")
    private int threads;

    /** Opens the chosen device. */
    Executor open() {
        if (threads < 0) {
            throw new CommandFailure(ExitCode.USAGE, "--threads must be 0 or more, got " + threads);
        }
        try {
            if (device == null && threads == 0) {
                return Executors.standard();
            }
            return Executors.open(device == null ? Executors.standard().name() : device, threads);
        } catch (TensorException unusable) {
            throw new CommandFailure(ExitCode.USAGE, "--device: " + unusable.getMessage(), unusable);
        }
    }
}
