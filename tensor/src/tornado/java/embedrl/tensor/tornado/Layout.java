package embedrl.tensor.tornado;

import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.LeafOp;
import embedrl.tensor.Plan;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where everything of one plan lies in the arenas of a device: temporaries at the planner's offsets behind a common start, inputs side by side, variables and constants
 * in places of their own that other programs share, and literals (numbers in the code). Narrow types are held as FLOAT32 values: they are widened on their way up, so that
 * every kernel computes on one type, at the price of memory.
 *
 * <p>Made in two passes: literals and workspaces are counted while steps are lowered, with places relative to starts that are fixed before.
 */
final class Layout {
    /** Offsets of what other programs use too. */
    interface Places {
        int of(Variable variable);

        int of(HostTensor constant);
    }

    private final Plan plan;
    private final Places shared;
    private final Map<DType, Integer> arenaStart = new EnumMap<>(DType.class);
    private final Map<String, Integer> inputs = new HashMap<>();
    private final int literalStart;
    private final List<Float> literals = new ArrayList<>();
    private final Map<Integer, Integer> literalPlaces = new HashMap<>();
    private final int workspaceStart;
    private int workspace;
    private final List<IndexCheck> checks = new ArrayList<>();

    /**
     * @param scratch      start of the temporaries in the FLOAT32 arena, {@code intScratch} in the INT32 arena
     * @param workspace    start of what single steps need beside their results
     * @param inputs       start of the FLOAT32 inputs; the INT32 inputs begin at {@code intInputs}
     * @param literalStart start of the literals
     */
    Layout(Plan plan, Places shared, int scratch, int intScratch, int workspace, int inputs, int intInputs, int literalStart) {
        this.plan = plan;
        this.shared = shared;
        int at = scratch;
        for (DType dtype : floatTypes()) {
            arenaStart.put(dtype, at);
            at += plan.arenaElements().getOrDefault(dtype, 0);
        }
        arenaStart.put(DType.INT32, intScratch);
        workspaceStart = workspace;
        for (LeafOp.Input input : inputs(plan, DType.FLOAT32)) {
            this.inputs.put(input.name(), inputs);
            inputs += input.type().shape().count();
        }
        for (LeafOp.Input input : inputs(plan, DType.INT32)) {
            this.inputs.put(input.name(), intInputs);
            intInputs += input.type().shape().count();
        }
        this.literalStart = literalStart;
    }

    /** Types of temporaries in the FLOAT32 arena. Block types are never temporaries. */
    private static List<DType> floatTypes() {
        return List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16);
    }

    /** Elements of temporaries in the FLOAT32 arena. */
    static int floatTemporaries(Plan plan) {
        long elements = 0;
        for (DType dtype : floatTypes()) elements += plan.arenaElements().getOrDefault(dtype, 0);
        if (elements > Integer.MAX_VALUE - 64) throw new TensorException("tornado: the program needs " + elements + " elements of temporaries; an arena holds 2^31");
        return (int) elements;
    }

    /** Inputs of one type in the order in which they lie. */
    static List<LeafOp.Input> inputs(Plan plan, DType dtype) {
        return plan.inputs().values().stream().filter(input -> input.type().dtype() == dtype).sorted(java.util.Comparator.comparing(LeafOp.Input::name)).toList();
    }

    static int inputElements(Plan plan, DType dtype) {
        return inputs(plan, dtype).stream().mapToInt(input -> input.type().shape().count()).sum();
    }

    /** First element of a tensor in the arena of its type. */
    int offset(Tensor tensor) {
        return switch (plan.place(tensor)) {
            case Plan.Place.Arena(int offset) -> arenaStart.get(tensor.dtype()) + offset;
            case Plan.Place.InVariable(Variable variable) -> variable(variable);
            case Plan.Place.InInput(String name) -> inputs.get(name);
            case Plan.Place.InConstant(HostTensor values) -> shared.of(values);
        };
    }

    /** Whether two tensors of one type lie at the same place. */
    boolean together(Tensor a, Tensor b) {
        return plan.place(a).equals(plan.place(b));
    }

    int variable(Variable variable) {
        return shared.of(variable);
    }

    int input(String name) {
        return inputs.get(name);
    }

    /** Place of a number; equal numbers share one. */
    int literal(float value) {
        return literalPlaces.computeIfAbsent(Float.floatToRawIntBits(value), _ -> {
            literals.add(value);
            return literalStart + literals.size() - 1;
        });
    }

    /** Place of numbers in a row. */
    int literals(float... values) {
        int first = literalStart + literals.size();
        for (float value : values) literals.add(value);
        return first;
    }

    List<Float> literals() {
        return literals;
    }

    /** Room for one step beside its results; the next step may overwrite it. */
    int workspace(int elements) {
        workspace = Math.max(workspace, elements);
        return workspaceStart;
    }

    int workspaceElements() {
        return workspace;
    }

    /** Number under which kernels report an index that does not fit; from 1. */
    int check(IndexCheck check) {
        int known = checks.indexOf(check);
        if (known >= 0) return known + 1;
        checks.add(check);
        return checks.size();
    }

    List<IndexCheck> checks() {
        return checks;
    }
}
