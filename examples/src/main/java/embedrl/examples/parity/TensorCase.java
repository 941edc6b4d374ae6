package embedrl.examples.parity;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A case computed by one tensor program: the case's tensors as run-time inputs, results by the names of the file. Results that the case does not
 * store are dropped.
 */
final class TensorCase {

    private final CaseFile file;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> results = new LinkedHashMap<>();

    TensorCase(CaseFile file) {
        this.file = file;
    }

    /** The FLOAT32 input {@code input.name}. */
    Tensor floats(String name) {
        return input(name, DType.FLOAT32);
    }

    /** The input {@code input.name} as INT32. */
    Tensor ints(String name) {
        return input(name, DType.INT32);
    }

    private Tensor input(String name, DType dtype) {
        return inputs.computeIfAbsent("input." + name, key -> Tensor.input(key, dtype, file.shape(key)));
    }

    /** The values of a FLOAT32 tensor of the file. */
    HostTensor values(String name) {
        return HostTensor.of(Shape.of(file.shape("input." + name)), file.floats("input." + name));
    }

    /** Adds the result {@code expected.name}. */
    TensorCase expect(String name, Tensor value) {
        results.put("expected." + name, value);
        return this;
    }

    /** Reads the inputs that another program of the case has recorded. */
    TensorCase with(TensorCase other) {
        inputs.putAll(other.inputs);
        return this;
    }

    /** Adds the gradient {@code grad.name}. */
    TensorCase gradient(String name, Tensor value) {
        results.put("grad." + name, value);
        return this;
    }

    /** Adds the gradients of a scalar. */
    TensorCase gradients(Tensor loss, Map<String, Tensor> xs) {
        return gradients(loss, Tensor.scalar(1), xs);
    }

    /** Adds the gradients that belong to the output gradient {@code input.dy}, where the case has one. */
    TensorCase gradientsOfDy(Tensor y, Map<String, Tensor> xs) {
        return file.has("input.dy") ? gradients(y, floats("dy"), xs) : this;
    }

    private TensorCase gradients(Tensor y, Tensor dy, Map<String, Tensor> xs) {
        List<String> names = List.copyOf(new TreeSet<>(xs.keySet()));
        List<Tensor> gradients = Gradients.of(List.of(y), List.of(dy), names.stream().map(xs::get).toList());
        for (int i = 0; i < names.size(); i++) {
            gradient(names.get(i), gradients.get(i));
        }
        return this;
    }

    /** Runs the program on a device and compares everything that the case stores. */
    List<Check> run(Executor device) {
        results.keySet().removeIf(name -> !file.has(name));
        if (results.isEmpty()) {
            return List.of();
        }
        Program.Builder builder = Program.builder();
        results.forEach(builder::output);
        try (Program program = builder.compile(device)) {
            inputs.forEach((name, tensor) -> set(program, name, tensor.dtype()));
            program.run();
            var checks = new ArrayList<Check>();
            for (String name : results.keySet()) {
                checks.add(file.compare(name, program.read(name).floats()));
            }
            return checks;
        }
    }

    private void set(Program program, String name, DType dtype) {
        if (!program.has(name)) {
            return;
        }
        if (dtype == DType.INT32) {
            program.set(name, file.ints(name));
        } else {
            program.set(name, file.floats(name));
        }
    }
}
