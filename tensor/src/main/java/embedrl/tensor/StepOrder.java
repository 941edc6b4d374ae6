package embedrl.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** The order of a plan's steps: data dependencies, and "the write of a variable comes after the readers of its old value". */
final class StepOrder {
    private final List<Step> steps;
    private final Map<Step, Set<Step>> successors = new IdentityHashMap<>();
    private final Map<Tensor, Step> producers = new HashMap<>();
    private final Map<Variable, List<Step>> readers = new IdentityHashMap<>();
    private final Map<Variable, Step> writers = new IdentityHashMap<>();

    StepOrder(List<Step> steps) {
        this.steps = new ArrayList<>(steps);
        for (Step step : steps) register(step);
    }

    private void register(Step step) {
        successors.put(step, Collections.newSetFromMap(new IdentityHashMap<>()));
        for (Tensor written : step.writes()) producers.put(written, step);
        for (Tensor read : step.reads()) {
            Step producer = producers.get(read);
            if (producer != null) successors.get(producer).add(step);
            if (read.op() instanceof LeafOp.Stored stored) {
                readers.computeIfAbsent(stored.variable(), _ -> new ArrayList<>()).add(step);
                Step writer = writers.get(stored.variable());
                if (writer != null) successors.get(step).add(writer);
            }
        }
    }

    void add(Step step) {
        steps.add(step);
        register(step);
    }

    Step producer(Tensor value) {
        return producers.get(value);
    }

    /** Steps that read the old value of a variable. */
    List<Step> readers(Variable variable) {
        return List.copyOf(readers.getOrDefault(variable, List.of()));
    }

    static boolean reads(Tensor tensor, Variable variable) {
        return Plan.root(tensor).op() instanceof LeafOp.Stored stored && stored.variable() == variable;
    }

    static boolean reads(Step step, Variable variable) {
        return step.reads().stream().anyMatch(t -> reads(t, variable));
    }

    /** Demands that a step runs after others (itself left out); false, and nothing is demanded, where that would close a circle. */
    boolean after(Step step, List<Step> earlier) {
        Set<Step> reached = reachable(step);
        for (Step other : earlier) if (other != step && reached.contains(other)) return false;
        for (Step other : earlier) if (other != step) successors.get(other).add(step);
        return true;
    }

    /** Names the step that writes a variable: a step that is added later and reads the old value comes before it. */
    void claim(Variable variable, Step writer) {
        writers.put(variable, writer);
    }

    private Set<Step> reachable(Step from) {
        Set<Step> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Step> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) for (Step next : successors.get(open.pop())) if (reached.add(next)) open.push(next);
        return reached;
    }

    /** All steps in an order that keeps the demands and otherwise the given order. */
    List<Step> sorted() {
        Map<Step, Integer> position = new IdentityHashMap<>();
        Map<Step, Integer> waiting = new IdentityHashMap<>();
        for (Step step : steps) position.put(step, position.size());
        for (Step step : steps) for (Step next : successors.get(step)) waiting.merge(next, 1, Integer::sum);
        PriorityQueue<Step> ready = new PriorityQueue<>((a, b) -> position.get(a) - position.get(b));
        for (Step step : steps) if (!waiting.containsKey(step)) ready.add(step);
        List<Step> sorted = new ArrayList<>(steps.size());
        while (!ready.isEmpty()) {
            Step step = ready.poll();
            sorted.add(step);
            for (Step next : successors.get(step)) if (waiting.merge(next, -1, Integer::sum) == 0) ready.add(next);
        }
        if (sorted.size() != steps.size()) throw new IllegalStateException("planner: the steps depend on each other in a circle");
        return sorted;
    }
}
