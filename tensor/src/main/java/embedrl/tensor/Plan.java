package embedrl.tensor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program laid out for execution: ordered steps and a place for every value. Made by {@link Planner}; read by executors.
 *
 * @param steps         in an order that respects all dependencies and in-place updates
 * @param levels        numbers of steps, one level after another: those of a level touch no memory that another of them writes, so that they may run at once.
 *                      A level of several holds small steps alone
 * @param places        where each root tensor lies
 * @param inputs        run-time inputs by name
 * @param outputs       the values asked for, by name; they stay in memory after a run
 * @param arenaElements elements that the arena of each element type must hold
 */
public record Plan(List<Step> steps, List<Integer> levels, Map<Tensor, Place> places, Map<String, LeafOp.Input> inputs, Map<String, Tensor> outputs,
                   Map<DType, Integer> arenaElements) {

    /** Where a value lies. */
    public sealed interface Place {
        /** In the arena of its element type, at an offset in elements. */
        record Arena(int offset) implements Place {
        }

        /** In a variable: as its contents before the program, or as its new value computed in place. */
        record InVariable(Variable variable) implements Place {
        }

        record InInput(String name) implements Place {
        }

        record InConstant(HostTensor values) implements Place {
        }
    }

    /** The tensor whose memory a tensor shares: itself, or what a reshape or detach was made of. */
    public static Tensor root(Tensor tensor) {
        while (true) {
            switch (tensor.op()) {
                case MovementOp.Reshape reshape -> tensor = reshape.x();
                case MovementOp.Detach detach -> tensor = detach.x();
                default -> {
                    return tensor;
                }
            }
        }
    }

    public Place place(Tensor tensor) {
        Place place = places.get(root(tensor));
        if (place == null) throw new TensorException("plan: " + tensor + " has no place in this program");
        return place;
    }

    /** The variables that the program reads or writes, each once. */
    public List<Variable> variables() {
        Set<Variable> variables = new LinkedHashSet<>();
        for (Place place : places.values()) if (place instanceof Place.InVariable(Variable variable)) variables.add(variable);
        variables.addAll(writtenVariables());
        return List.copyOf(variables);
    }

    /** The variables that the program writes, each once. */
    public List<Variable> writtenVariables() {
        Set<Variable> written = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Store store) written.add(store.variable());
            for (Tensor tensor : step.writes()) if (places.get(tensor) instanceof Place.InVariable(Variable variable)) written.add(variable);
        }
        return List.copyOf(written);
    }

    /** Bytes of the arenas together. */
    public long arenaBytes() {
        long bytes = 0;
        for (var entry : arenaElements.entrySet()) bytes += entry.getKey().bytes(entry.getValue());
        return bytes;
    }
}
