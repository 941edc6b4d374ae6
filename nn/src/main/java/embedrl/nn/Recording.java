package embedrl.nn;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loss and metrics of a training program: named when it is recorded, read when it has run. */
final class Recording {
    static final String LOSS = "loss";
    static final String NORM = "gradient_norm";

    private final List<String> scalars;
    private Program program;

    private Recording(List<String> scalars) {
        this.scalars = scalars;
    }

    static Recording into(Program.Builder builder, Tensor loss, Map<String, Tensor> metrics) {
        builder.output(LOSS, loss);
        metrics.forEach((name, value) -> {
            if (name.equals(LOSS) || name.equals(NORM)) throw new TensorException("training: a metric cannot be named '" + name + "'");
            builder.output(name, value);
        });
        return new Recording(metrics.entrySet().stream().filter(e -> e.getValue().shape().count() == 1).map(Map.Entry::getKey).toList());
    }

    Recording of(Program program) {
        this.program = program;
        return this;
    }

    float loss() {
        return program.item(LOSS);
    }

    Map<String, Float> metrics() {
        Map<String, Float> values = new LinkedHashMap<>();
        for (String name : scalars) values.put(name, program.item(name));
        return values;
    }

    HostTensor read(String output) {
        return program.read(output);
    }

    Program program() {
        return program;
    }
}
