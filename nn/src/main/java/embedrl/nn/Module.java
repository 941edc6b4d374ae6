package embedrl.nn;

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

        record Parameter(Variable variable) implements Member {
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
        declare(name, new Member.Parameter(variable));
        return variable;
    }

    /** Declares a FLOAT32 parameter. */
    protected final Variable parameter(String name, Shape shape, Initializer initializer) {
        Variable variable = Variable.zeros(name, TensorType.float32(shape));
        initializer.fill(variable.buffer().floats());
        declare(name, new Member.Parameter(variable));
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
        collect("", (_, _) -> { }, (name, variable) -> {
            if (found.putIfAbsent(name, variable) != null) throw new TensorException("module: two parameters are named '" + name + "'");
        });
        return Collections.unmodifiableMap(found);
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

    private void collect(String path, Visitor<Module> modules, Visitor<Variable> variables) {
        modules.visit(path, this);
        members.forEach((name, member) -> {
            String full = path.isEmpty() ? name : path + "." + name;
            switch (member) {
                case Member.Part(Module module) -> module.collect(full, modules, variables);
                case Member.Parameter(Variable variable) -> variables.visit(full, variable);
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

    /** Copies all parameters of a module with the same names and shapes. */
    public final void copyFrom(Module other) {
        Map<String, Variable> from = other.parameters();
        if (!from.keySet().equals(parameters().keySet())) {
            Set<String> difference = new TreeSet<>(from.keySet());
            difference.removeAll(parameters().keySet());
            Set<String> missing = new TreeSet<>(parameters().keySet());
            missing.removeAll(from.keySet());
            throw new TensorException("copy: the modules have other parameters; only the source has " + difference + ", only the target " + missing);
        }
        load(from.keySet(), name -> from.get(name).value());
    }
}
