package embedrl.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Turns operations into steps: elementwise operations whose values only one chain needs become that {@link Step.Chain}, everything else is a step of
 * its own. An operation joins a chain when it has the chain's shape and all its readers are in the chain, which can never close a cycle.
 */
final class Fusion {
    /** Limits that keep a chain within the registers of a small cache and the parameters of a device kernel. */
    static final int MAXIMUM_OPERANDS = 12;
    static final int MAXIMUM_INSTRUCTIONS = 48;

    private final List<Op> order;
    private final Set<Op> kept = identitySet();
    private final Map<Op, List<Op>> readers = new IdentityHashMap<>();
    private final Map<Op, Integer> position = new IdentityHashMap<>();

    private Fusion(List<Op> order, Set<Tensor> kept) {
        this.order = order;
        for (Tensor tensor : kept) this.kept.add(Plan.root(tensor).op());
        for (Op op : order) {
            position.put(op, position.size());
            for (Tensor input : op.inputs()) readers.computeIfAbsent(input.op(), _ -> new ArrayList<>()).add(op);
        }
    }

    /** Steps for the kept tensors, each after what it reads. */
    static List<Step> steps(List<Op> order, Set<Tensor> kept) {
        return new Fusion(order, kept).steps();
    }

    private List<Step> steps() {
        Set<Op> demanded = identitySet();
        demanded.addAll(kept);
        List<Step> steps = new ArrayList<>();
        for (int i = order.size() - 1; i >= 0; i--) {
            Op op = order.get(i);
            if (!demanded.contains(op) || op instanceof LeafOp && !(op instanceof LeafOp.Fill)) continue;
            Step step = fusable(op) ? chain(op) : single(op);
            steps.add(step);
            for (Tensor read : step.reads()) demanded.add(read.op());
        }
        return steps.reversed();
    }

    private static Set<Op> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Step single(Op op) {
        return new Step.Single(op, op.inputs().stream().map(Plan::root).toList(), Tensor.results(op));
    }

    private static boolean fusable(Op op) {
        return op instanceof ElementwiseOp.Unary || op instanceof ElementwiseOp.Binary || op instanceof ElementwiseOp.Select
                || op instanceof ElementwiseOp.Cast cast && cast.to() == DType.FLOAT32
                || op instanceof ElementwiseOp.Broadcast broadcast && access(broadcast) != null;
    }

    /** The chain that ends in an operation. Producers are tried latest first, so that all their readers are decided before. */
    private Step chain(Op root) {
        Set<Op> members = identitySet();
        members.add(root);
        PriorityQueue<Op> candidates = new PriorityQueue<>(Comparator.comparing(position::get).reversed());
        boolean reads = root instanceof ElementwiseOp.Cast || root instanceof ElementwiseOp.Broadcast;   // then it only reads, even where it changes nothing
        if (!reads) for (Tensor input : root.inputs()) candidates.add(input.op());
        while (!candidates.isEmpty() && members.size() < MAXIMUM_INSTRUCTIONS) {
            Op op = candidates.poll();
            if (members.contains(op) || !joins(op, root.outputs().getFirst().shape()) || !members.containsAll(readers.get(op))) continue;
            members.add(op);
            if (operands(members).size() > MAXIMUM_OPERANDS) members.remove(op);
            else for (Tensor input : op.inputs()) candidates.add(input.op());
        }
        return new Emitter(members, root).chain();
    }

    private boolean joins(Op op, Shape shape) {
        return (op instanceof ElementwiseOp.Unary || op instanceof ElementwiseOp.Binary || op instanceof ElementwiseOp.Select)
                && op.outputs().getFirst().shape().equals(shape) && !kept.contains(op);
    }

    private static Set<Step.Operand> operands(Set<Op> members) {
        Set<Step.Operand> operands = new HashSet<>();
        for (Op member : members)
            for (Tensor input : memberInputs(member))
                if (!members.contains(input.op()) && !(input.op() instanceof LeafOp.Fill)) operands.add(operand(input));
        return operands;
    }

    /** A cast or broadcast at the root of a chain reads itself as an operand. */
    private static List<Tensor> memberInputs(Op member) {
        return switch (member) {
            case ElementwiseOp.Cast _, ElementwiseOp.Broadcast _ -> List.of(Tensor.of(member, 0));
            default -> member.inputs();
        };
    }

    /** How a chain reads a tensor: through a widening cast and a broadcast where these need no memory of their own. */
    private static Step.Operand operand(Tensor tensor) {
        int count = tensor.shape().count();
        int inner = 1;
        if (tensor.op() instanceof ElementwiseOp.Broadcast broadcast) {
            int[] access = access(broadcast);
            if (access == null) return new Step.Operand(tensor, 1, Math.max(1, count));
            inner = access[0];
            count = access[1];
            tensor = Plan.root(broadcast.x());
        }
        tensor = Plan.root(tensor);
        if (tensor.op() instanceof ElementwiseOp.Cast cast && cast.to() == DType.FLOAT32) tensor = Plan.root(cast.x());
        return new Step.Operand(tensor, inner, Math.max(1, count));
    }

    /** {inner, count} of a broadcast whose axes that do not repeat lie side by side, else null. */
    private static int[] access(ElementwiseOp.Broadcast broadcast) {
        Shape from = broadcast.x().shape();
        Shape to = broadcast.shape();
        int lead = to.rank() - from.rank();
        int first = -1;
        int last = -1;
        for (int i = 0; i < to.rank(); i++) {
            boolean own = i >= lead && from.size(i - lead) != 1;
            if (own && first < 0) first = i;
            if (own) last = i;
        }
        if (first < 0) return new int[] {1, 1};
        for (int i = first; i <= last; i++) if (from.size(i - lead) != to.size(i)) return null;
        return new int[] {to.product(last + 1, to.rank()), to.product(first, last + 1)};
    }

    /** Writes the members of one chain as instructions. */
    private final class Emitter {
        private final Set<Op> members;
        private final Op root;
        private final List<Op> ordered;   // in graph order, so that equal programs give equal plans
        private final List<Step.Operand> operands;
        private final List<Step.Instruction> code = new ArrayList<>();
        private final Map<Object, Integer> registers = new HashMap<>();

        Emitter(Set<Op> members, Op root) {
            this.members = members;
            this.root = root;
            this.ordered = members.stream().sorted(Comparator.comparing(position::get)).toList();
            this.operands = new ArrayList<>();
            for (Op op : ordered)
                for (Tensor input : memberInputs(op))
                    if ((!members.contains(input.op()) || input.op() == op) && !(input.op() instanceof LeafOp.Fill)
                            && !operands.contains(operand(input))) operands.add(operand(input));
        }

        Step.Chain chain() {
            for (Op op : ordered) emit(op);
            return new Step.Chain(List.copyOf(operands), List.copyOf(code), Tensor.of(root, 0));
        }

        private void emit(Op op) {
            Step.Instruction instruction = switch (op) {
                case ElementwiseOp.Unary u -> new Step.Instruction.Unary(u.kind(), register(u.x()));
                case ElementwiseOp.Binary b -> new Step.Instruction.Binary(b.kind(), register(b.a()), register(b.b()));
                case ElementwiseOp.Select s -> new Step.Instruction.Select(register(s.condition()), register(s.a()), register(s.b()));
                default -> null;   // cast or broadcast alone
            };
            if (instruction == null) return;
            registers.put(op, operands.size() + code.size());
            code.add(instruction);
        }

        private int register(Tensor tensor) {
            if (members.contains(tensor.op())) return registers.get(tensor.op());
            if (tensor.op() instanceof LeafOp.Fill fill)
                return registers.computeIfAbsent(fill.value(), _ -> {
                    code.add(new Step.Instruction.Load(fill.value()));
                    return operands.size() + code.size() - 1;
                });
            return operands.indexOf(operand(tensor));
        }
    }
}
