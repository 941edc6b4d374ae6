package embedrl.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays out a program: merges equal operations, drops dead ones, fuses elementwise chains, orders the steps so that in-place updates run after the last
 * reader of the old value, and gives every value a place (an arena planned by liveness for temporaries).
 */
final class Planner {
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();
    private final Map<Variable, Tensor> updates = new LinkedHashMap<>();
    private final Map<String, LeafOp.Input> inputs = new LinkedHashMap<>();
    private final Map<Tensor, Plan.Place> places = new HashMap<>();
    private final List<Step> steps;

    /** products: whether matrix products may be fused with what follows. */
    static Plan plan(Map<String, Tensor> outputs, Map<Variable, Tensor> updates, boolean products) {
        return new Planner(outputs, updates, products).plan();
    }

    private Planner(Map<String, Tensor> outputs, Map<Variable, Tensor> updates, boolean products) {
        List<Tensor> roots = new ArrayList<>(outputs.values());
        roots.addAll(updates.values());
        Map<Tensor, Tensor> merged = Graph.mergeEqual(roots);
        outputs.forEach((name, tensor) -> this.outputs.put(name, merged.get(tensor)));
        updates.forEach((variable, tensor) -> this.updates.put(variable, merged.get(tensor)));
        List<Op> order = Graph.order(roots.stream().map(merged::get).toList());
        for (LeafOp.Input input : Graph.inputs(order)) {
            LeafOp.Input before = inputs.putIfAbsent(input.name(), input);
            if (before != null && !before.equals(input))
                throw new TensorException("program: two inputs are named '" + input.name() + "', " + before.type() + " and " + input.type());
        }
        Set<Tensor> kept = new LinkedHashSet<>(roots.stream().map(merged::get).toList());
        List<Step> fused = Fusion.steps(order, kept);
        steps = products ? ProductJoining.join(ProductFusion.fuse(fused, kept)) : fused;
        for (Op op : order) placeLeaf(op);
    }

    private void placeLeaf(Op op) {
        switch (op) {
            case LeafOp.Input input -> places.put(Tensor.of(op, 0), new Plan.Place.InInput(input.name()));
            case LeafOp.Constant constant -> places.put(Tensor.of(op, 0), new Plan.Place.InConstant(constant.values()));
            case LeafOp.Stored stored -> places.put(Tensor.of(op, 0), new Plan.Place.InVariable(stored.variable()));
            default -> { }
        }
    }

    private Plan plan() {
        outputs.forEach((name, tensor) -> {
            if (Plan.root(tensor).op() instanceof LeafOp.Stored stored && updates.containsKey(stored.variable()))
                throw new TensorException("program: output '" + name + "' is variable '" + stored.variable().name()
                        + "', which the program updates; output its new value, or a copy made with mul(1)");
        });
        StepOrder order = new StepOrder(steps);
        updates.forEach((variable, value) -> update(order, variable, Plan.root(value)));
        List<List<Step>> levels = order.levels();
        Map<DType, Integer> elements = ArenaPlanner.place(levels, new HashSet<>(outputs.values().stream().map(Plan::root).toList()), places);
        return new Plan(levels.stream().flatMap(List::stream).toList(), levels.stream().map(List::size).toList(), Map.copyOf(places), Map.copyOf(inputs), new LinkedHashMap<>(outputs), elements);
    }

    /** Lets the step that computes a variable's new value write straight into it where that is safe, else adds a copy at the end. */
    private void update(StepOrder order, Variable variable, Tensor value) {
        Step producer = order.producer(value);
        List<Step> readers = order.readers(variable);
        boolean alone = producer != null && !places.containsKey(value) && writesInPlace(producer, variable, value);
        if (alone && order.after(producer, readers)) {
            places.put(value, new Plan.Place.InVariable(variable));
            order.claim(variable, producer);
            return;
        }
        Step.Store store = new Step.Store(variable, value);
        order.add(store);
        if (!order.after(store, readers))
            throw new TensorException("program: the new values of variables " + variable.name() + " and others depend on each other's old values in a circle; "
                    + "compute one of them into an output first");
        order.claim(variable, store);
    }

    /** Whether a step may write a result over a variable that it reads itself. */
    private static boolean writesInPlace(Step producer, Variable variable, Tensor value) {
        Tensor old = variable.tensor();
        return switch (producer) {
            case Step.Chain chain -> value.type().equals(variable.type()) && chain.operands().stream()
                    .noneMatch(o -> StepOrder.reads(o.tensor(), variable) && (o.inner() != 1 || o.count() != value.shape().count()));
            case Step.Single(UpdateOp.AdamW adam, _, _) -> List.of(adam.parameter(), adam.m(), adam.v()).get(value.output()).equals(old)
                    || !StepOrder.reads(producer, variable);
            case Step.Single(IndexOp.WriteRows write, _, _) -> Plan.root(write.cache()).equals(old) && !StepOrder.reads(Plan.root(write.values()), variable);
            case Step.Single _, Step.Product _, Step.Joined _ -> !StepOrder.reads(producer, variable);
            case Step.Store _ -> false;
        };
    }
}
