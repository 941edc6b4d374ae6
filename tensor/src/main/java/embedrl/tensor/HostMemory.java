package embedrl.tensor;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The memory of one plan on the host: its executor's arena, its own inputs and outputs, and the buffers of all its values. */
public final class HostMemory {
    private final Plan plan;
    private final Map<DType, Object> arenas = new EnumMap<>(DType.class);
    private final Map<String, Buffer> inputs = new HashMap<>();
    private final Set<Variable> written;

    HostMemory(Plan plan, Arena arena) {
        this.plan = plan;
        plan.arenaElements().forEach((dtype, elements) -> arenas.put(dtype, arena.array(dtype, Arena.FIRST + elements)));
        plan.inputs().forEach((name, input) -> inputs.put(name, Buffer.allocate(input.type())));
        written = Set.copyOf(plan.writtenVariables());
    }

    /** Where a value of the plan lies, seen with the tensor's own shape. */
    public Buffer buffer(Tensor tensor) {
        return switch (plan.place(tensor)) {
            case Plan.Place.Arena(int offset) -> Buffer.over(tensor.type(), arenas.get(tensor.dtype()), Arena.FIRST + offset);
            case Plan.Place.InVariable(Variable variable) -> variable.storage().as(tensor.type());
            case Plan.Place.InInput(String name) -> inputs.get(name).as(tensor.type());
            case Plan.Place.InConstant(HostTensor values) -> values.buffer().as(tensor.type());
        };
    }

    /** The variable in which a value lies, if it is one that the program reads and does not write: it changes between runs alone. */
    public Optional<Variable> weight(Tensor tensor) {
        return plan.place(tensor) instanceof Plan.Place.InVariable(Variable variable) && !written.contains(variable) ? Optional.of(variable) : Optional.empty();
    }

    /** Bytes of all variables that the program reads and does not write. */
    public long weightBytes() {
        return plan.variables().stream().filter(variable -> !written.contains(variable)).mapToLong(variable -> variable.type().bytes()).sum();
    }

    public Buffer input(String name) {
        return inputs.get(name);
    }
}
