package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A part of a model that owns named parameters and named smaller parts. Its parameters' full names join the names on the way by dots and are those of
 * the checkpoint. A subclass declares its members in its constructor and records operations in a method {@code forward}.
 */
public abstract class Module {
    private sealed interface Member {
        record Part(Module module) implements Member {
        }

        record Parameter(Variable variable, WeightType.Role role) implements Member {
        }
    }

    private final Map<String, Member> members = new LinkedHashMap<>();

    /** Declares a smaller part and returns it. The name may hold dots, like "layers.0". */
    protected final <M extends Module> M child(String name, M child) {
        declare(name, new Member.Part(child));
        return child;
    }

    /** Declares a parameter that begins with these values (copied). */
    protected final Variable parameter(String name, HostTensor initial) {
        Variable variable = Variable.of(name, initial);
        declare(name, new Member.Parameter(variable, WeightType.Role.VECTOR));
        return variable;
    }

    /** Declares a FLOAT32 parameter. It takes memory and first values only when it is used before values are loaded. */
    protected final Variable parameter(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, WeightType.Role.VECTOR);
    }

    /** Declares a parameter that is only the right operand of matrix products, and may be kept in a narrow type. */
    protected final Variable matrix(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, WeightType.Role.MATRIX);
    }

    /** Declares a parameter whose rows are gathered, and which may be the right operand of matrix products; it may be kept in a narrow type. */
    protected final Variable table(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, WeightType.Role.TABLE);
    }

    private Variable parameter(String name, Shape shape, Initializer initializer, WeightType.Role role) {
        Variable variable = Variable.deferred(name, TensorType.float32(shape), buffer -> {
            float[] values = new float[buffer.count()];
            initializer.fill(values);
            System.arraycopy(values, 0, buffer.floats(), buffer.offset(), values.length);
        });
        declare(name, new Member.Parameter(variable, role));
        return variable;
    }

    private void declare(String name, Member member) {
        if (name.isBlank()) throw new TensorException("module: a member of " + getClass().getSimpleName() + " has a blank name");
        if (members.putIfAbsent(name, member) != null)
            throw new TensorException("module: " + getClass().getSimpleName() + " has two members named '" + name + "'");
    }

    /** All parameters by full name, in the order of declaration; unmodifiable. */
    public final Map<String, Variable> parameters() {
        Map<String, Variable> found = new LinkedHashMap<>();
        declared().forEach((name, parameter) -> found.put(name, parameter.variable()));
        return Collections.unmodifiableMap(found);
    }

    private Map<String, Member.Parameter> declared() {
        Map<String, Member.Parameter> found = new LinkedHashMap<>();
        collect("", (_, _) -> { }, (name, parameter) -> {
            if (found.putIfAbsent(name, parameter) != null) throw new TensorException("module: two parameters are named '" + name + "'");
        });
        return found;
    }

    /** This module under the name "" and all parts below it by full name, in the order of declaration; unmodifiable. */
    public final Map<String, Module> modules() {
        Map<String, Module> found = new LinkedHashMap<>();
        collect("", found::put, (_, _) -> { });
        return Collections.unmodifiableMap(found);
    }

    private interface Visitor<T> {
        void visit(String name, T value);
    }

    private void collect(String path, Visitor<Module> modules, Visitor<Member.Parameter> parameters) {
        modules.visit(path, this);
        members.forEach((name, member) -> {
            String full = path.isEmpty() ? name : path + "." + name;
            switch (member) {
                case Member.Part(Module module) -> module.collect(full, modules, parameters);
                case Member.Parameter parameter -> parameters.visit(full, parameter);
            }
        });
    }

    /** Replaces all parameters. One error lists every missing, unexpected and mis-shaped tensor, and then nothing has changed. */
    public final void load(Map<String, HostTensor> values) {
        load(values.keySet(), values::get);
    }

    /** As {@link #load(Map)}, with tensors read one at a time: for checkpoints that should not be in memory twice. Shapes are checked while reading. */
    public final void load(Set<String> names, Function<String, HostTensor> read) {
        ParameterValues.assign(getClass().getSimpleName(), parameters(), names, read);
    }

    /**
     * Replaces all parameters by those of a checkpoint, matrices kept in the wanted type and everything else in FLOAT32. Tensors are read and converted
     * one at a time into the model's own storage, so that loading takes little more memory than the loaded model. Before the first computation with this
     * module any type may be loaded; afterwards only the types that are there. One error lists everything that does not fit, and then nothing has changed.
     */
    public final void load(WeightSource source, WeightType type) {
        Map<String, Variable> parameters = parameters();
        Map<String, DType> kept = new LinkedHashMap<>();
        declared().forEach((name, parameter) -> {
            if (source.names().contains(name)) kept.put(name, type.kept(parameter.role(), source.type(name)));
        });
        ParameterValues.adopt(getClass().getSimpleName(), parameters, kept, source);
    }

    /** Bytes of all parameters as they are kept. */
    public final long parameterBytes() {
        return parameters().values().stream().mapToLong(variable -> variable.type().bytes()).sum();
    }

    /** A copy of all parameters by full name. */
    public final Map<String, HostTensor> state() {
        return parameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().value(), (a, _) -> a, LinkedHashMap::new));
    }

    /** Number of trainable numbers: the sum of the parameters' element counts. */
    public final long parameterCount() {
        return parameters().values().stream().mapToLong(variable -> variable.shape().count()).sum();
    }

    /** SHA-256 over names, types and values of all parameters, as hexadecimal digits: equal before and after when a model was frozen. */
    public final String checksum() {
        return Checksum.of(parameters());
    }

    /** Copies all parameters of a module with the same names and shapes, in the types that they have there. */
    public final void copyFrom(Module other) {
        Map<String, Variable> from = other.parameters();
        if (!from.keySet().equals(parameters().keySet())) {
            Set<String> difference = new TreeSet<>(from.keySet());
            difference.removeAll(parameters().keySet());
            Set<String> missing = new TreeSet<>(parameters().keySet());
            missing.removeAll(from.keySet());
            throw new TensorException("copy: the modules have other parameters; only the source has " + difference + ", only the target " + missing);
        }
        load(WeightSource.of(from, Variable::type, variable -> variable.value().toBuffer()), WeightType.AS_IS);
    }
}
