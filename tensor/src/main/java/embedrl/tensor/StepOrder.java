package embedrl.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The order of a plan's steps: data dependencies, and "the write of a variable comes after the readers of its old value". */
final class StepOrder {
    private static final int SOON = 64;
    private static final int MOST = 16;
    private static final long SMALL_FLOPS = 1 << 19;
    private static final long SMALL_BYTES = 1 << 17;

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

    /**
     * All steps in an order that keeps the demands and otherwise, nearly, the given order. Steps of one level do not depend on each other; levels of several
     * hold small steps alone ({@link #isSmall}).
     */
    List<List<Step>> levels() {
        Map<Step, Integer> position = new IdentityHashMap<>();
        Map<Step, Integer> waiting = new IdentityHashMap<>();
        for (Step step : steps) position.put(step, position.size());
        for (Step step : steps) for (Step next : successors.get(step)) waiting.merge(next, 1, Integer::sum);
        TreeMap<Integer, Step> ready = new TreeMap<>();
        for (Step step : steps) if (!waiting.containsKey(step)) ready.put(position.get(step), step);
        List<List<Step>> levels = new ArrayList<>();
        int sorted = 0;
        while (!ready.isEmpty()) {
            List<Step> level = level(ready);
            sorted += level.size();
            levels.add(level);
            for (Step step : level)
                for (Step next : successors.get(step)) if (waiting.merge(next, -1, Integer::sum) == 0) ready.put(position.get(next), next);
        }
        if (sorted != steps.size()) throw new IllegalStateException("planner: the steps depend on each other in a circle");
        return levels;
    }

    /** Takes the first step that is ready, and where it is small, small ones that are ready too and follow soon: those far off would keep memory busy for long. */
    private static List<Step> level(TreeMap<Integer, Step> ready) {
        var first = ready.pollFirstEntry();
        if (!isSmall(first.getValue())) return List.of(first.getValue());
        List<Step> level = new ArrayList<>(List.of(first.getValue()));
        var others = ready.headMap(first.getKey() + SOON).values().iterator();
        while (others.hasNext() && level.size() < MOST) {
            Step other = others.next();
            if (!isSmall(other)) continue;
            level.add(other);
            others.remove();
        }
        return level;
    }

    /** Whether a step has too little work to be shared among threads by itself. */
    private static boolean isSmall(Step step) {
        Cost cost = Cost.of(step);
        return cost.flops() <= SMALL_FLOPS && cost.bytes() <= SMALL_BYTES;
    }
}
