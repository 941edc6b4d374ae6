package embedrl.nn;

import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Strict replacement of parameters by named values. */
final class ParameterValues {
    private ParameterValues() {
    }

    /**
     * Assigns one value to each parameter, read in order of the parameters. Narrow values widen to a FLOAT32 parameter.
     *
     * @param owner named in the error
     */
    static void assign(String owner, Map<String, Variable> parameters, Set<String> names, Function<String, HostTensor> read) {
        StringBuilder wrong = new StringBuilder();
        for (String name : parameters.keySet()) if (!names.contains(name)) wrong.append("\n  missing     ").append(name);
        for (String name : new TreeSet<>(names)) if (!parameters.containsKey(name)) wrong.append("\n  unexpected  ").append(name);
        Map<String, HostTensor> fitting = new LinkedHashMap<>();
        parameters.forEach((name, variable) -> {
            if (!names.contains(name)) return;
            HostTensor value = read.apply(name);
            if (fits(variable, value)) fitting.put(name, value);
            else wrong.append("\n  wrong type  ").append(name).append(": expected ").append(variable.type()).append(", got ").append(value.type());
        });
        if (!wrong.isEmpty()) throw new TensorException("load: the values do not fit " + owner + " with " + parameters.size() + " parameters:" + wrong);
        fitting.forEach((name, value) -> parameters.get(name).assign(widened(parameters.get(name), value)));
    }

    /**
     * Gives each parameter the values of a source, read and converted one at a time.
     *
     * @param kept the type in which each parameter is to be kept; parameters that the source lacks are absent
     */
    static void adopt(String owner, Map<String, Variable> parameters, Map<String, DType> kept, WeightSource source) {
        StringBuilder wrong = new StringBuilder();
        for (String name : parameters.keySet()) if (!kept.containsKey(name)) wrong.append("\n  missing     ").append(name);
        for (String name : new TreeSet<>(source.names())) if (!parameters.containsKey(name)) wrong.append("\n  unexpected  ").append(name);
        kept.forEach((name, dtype) -> {
            Variable variable = parameters.get(name);
            TensorType stored = source.type(name);
            if (!stored.shape().equals(variable.shape()) || stored.dtype() == DType.INT32)
                wrong.append("\n  wrong type  ").append(name).append(": expected ").append(variable.type()).append(", got ").append(stored);
            else if (variable.recorded() && dtype != variable.type().dtype())
                wrong.append("\n  in use      ").append(name).append(": is ").append(variable.type()).append(" and cannot become ").append(dtype);
        });
        if (!wrong.isEmpty()) throw new TensorException("load: the values do not fit " + owner + " with " + parameters.size() + " parameters:" + wrong);
        kept.forEach((name, dtype) -> parameters.get(name).adopt(Conversions.convert(source.read(name), dtype)));
    }

    private static boolean fits(Variable variable, HostTensor value) {
        boolean widens = variable.type().dtype() == DType.FLOAT32 && value.type().dtype() != DType.INT32;
        return variable.shape().equals(value.shape()) && (widens || variable.type().dtype() == value.type().dtype());
    }

    private static HostTensor widened(Variable variable, HostTensor value) {
        return variable.type().dtype() == value.type().dtype() ? value : HostTensor.of(value.shape(), value.floats());
    }
}
