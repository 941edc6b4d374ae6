package embedrl.examples.command;

import embedrl.nn.WeightType;
import embedrl.tensor.TensorException;
import picocli.CommandLine.Option;

/** The option that chooses the type of a language model's weights. */
final class WeightOption {

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "as-is",
            description = "How a language model's weights are kept in memory: as-is (default), float32, bfloat16, float16, q8_0, q4_0, q4_1.")
    private String dtype;

    WeightType type() {
        try {
            return WeightType.of(dtype);
        } catch (TensorException unknown) {
            throw new CommandFailure(ExitCode.USAGE, "--dtype: " + unknown.getMessage(), unknown);
        }
    }
}
