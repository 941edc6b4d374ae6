package embedrl.autograd;

import embedrl.tensor.DType;
import embedrl.tensor.Graph;
import embedrl.tensor.MovementOp.Slice;
import embedrl.tensor.Op;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The gradients collected so far on the way back through a graph, and which operations matter to the asked-for tensors. */
final class Adjoints {
    private final Map<Tensor, Tensor> sums = new HashMap<>();
    private final Map<Tensor, SliceGradients> parts = new HashMap<>();
    private final Set<Op> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Op> order;

    Adjoints(List<Tensor> outputs, List<Tensor> outputGradients, List<Tensor> xs) {
        if (outputs.size() != outputGradients.size())
            throw new TensorException("gradients: " + outputs.size() + " outputs need as many output gradients, got " + outputGradients.size());
        order = Graph.order(outputs);
        for (Tensor x : xs) needed.add(x.op());
        for (Op op : order) if (op.inputs().stream().anyMatch(input -> needed.contains(input.op()))) needed.add(op);
        for (int i = 0; i < outputs.size(); i++) add(outputs.get(i), outputGradients.get(i));
    }

    List<Op> reverseOrder() {
        return order.reversed();
    }

    /** Whether an operation lies between the outputs and an asked-for tensor and has received a gradient. */
    boolean reaches(Op op) {
        if (!needed.contains(op)) return false;
        for (int i = 0; i < op.outputs().size(); i++) if (gradient(op, i) != null) return true;
        return false;
    }

    Tensor gradient(Op op) {
        return gradient(op, 0);
    }

    /** Gradient of one result so far, or null when nothing flowed into it. */
    Tensor gradient(Op op, int output) {
        return whole(Tensor.of(op, output));
    }

    /** A result that only the gradient rule may use, such as a norm's inverse root: throws when a gradient flowed into it. */
    Tensor side(Op op, int output) {
        Tensor result = Tensor.of(op, output);
        if (whole(result) != null)
            throw new TensorException("gradients: result " + output + " of " + op.name() + " has no gradient; compute it from its parts instead");
        if (gradient(op) == null) throw new TensorException("gradients: only side results of " + op.name() + " are used");
        return result;
    }

    void add(Tensor to, Tensor gradient) {
        if (!needed.contains(to.op()) || to.dtype() == DType.INT32) return;
        if (!gradient.shape().equals(to.shape()))
            throw new TensorException("gradients: the gradient of " + to + " must have its shape, got " + gradient.shape());
        sums.merge(to, gradient, Tensor::add);
    }

    /** As {@link #add} for the part of a tensor that a slice takes. */
    void addPart(Slice slice, Tensor gradient) {
        if (!needed.contains(slice.x().op()) || slice.x().dtype() == DType.INT32) return;
        parts.computeIfAbsent(slice.x(), SliceGradients::new).add(slice, gradient);
    }

    /** The sum for one tensor, with all of its parts, or null. Complete once all readers of the tensor were visited. */
    private Tensor whole(Tensor tensor) {
        SliceGradients collected = parts.remove(tensor);
        if (collected != null) for (Tensor gradient : collected.gradients()) sums.merge(tensor, gradient, Tensor::add);
        return sums.get(tensor);
    }

    /** States that an input has no gradient: throws when one is asked for. */
    void none(Op op, Tensor input) {
        if (needed.contains(input.op())) throw new TensorException("gradients: " + op.name() + " has no gradient with respect to " + input);
    }

    /** States that narrow weights do not learn: throws when their gradient is asked for. */
    void frozen(Op op, Tensor weight) {
        if (needed.contains(weight.op()))
            throw new TensorException("gradients: " + op.name() + " has no gradient with respect to narrow weights " + weight.type()
                    + "; load them as FLOAT32 to train them, or train LoRA adapters");
    }

    /** States that an operation has no gradient at all. */
    void none(Op op) {
        throw new TensorException("gradients: " + op.name() + " has no gradient; detach() its result or compute it from its parts");
    }

    Tensor result(Tensor x) {
        Tensor sum = whole(x);
        return sum == null ? Tensor.zeros(x.shape()) : sum;
    }
}
