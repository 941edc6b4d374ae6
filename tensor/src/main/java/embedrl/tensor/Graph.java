package embedrl.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Traversals over recorded operations; iterative, so that deep graphs do not overflow the stack. */
public final class Graph {
    private Graph() {
    }

    /** All operations that the tensors depend on, each after everything it reads. */
    public static List<Op> order(Collection<Tensor> roots) {
        List<Op> order = new ArrayList<>();
        Map<Op, Boolean> done = new IdentityHashMap<>();   // false: entered, true: listed
        Deque<Op> stack = new ArrayDeque<>();
        for (Tensor root : roots) {
            stack.push(root.op());
            while (!stack.isEmpty()) {
                Op op = stack.peek();
                Boolean state = done.putIfAbsent(op, false);
                if (state == null) {
                    List<Tensor> inputs = op.inputs();
                    for (int i = inputs.size() - 1; i >= 0; i--) if (!done.containsKey(inputs.get(i).op())) stack.push(inputs.get(i).op());
                } else {
                    stack.pop();
                    if (!state) {
                        done.put(op, true);
                        order.add(op);
                    }
                }
            }
        }
        return order;
    }

    /** Rewrites a graph so that equal operations on equal inputs become one; returns the new tensor of each given one. */
    static Map<Tensor, Tensor> mergeEqual(Collection<Tensor> roots) {
        Map<Op, Op> canonical = new HashMap<>();
        Map<Op, Op> renamed = new IdentityHashMap<>();
        for (Op op : order(roots)) {
            List<Tensor> inputs = op.inputs();
            List<Tensor> mapped = new ArrayList<>(inputs.size());
            boolean same = true;
            for (Tensor input : inputs) {
                Op to = renamed.get(input.op());
                same &= to == input.op();
                mapped.add(to == input.op() ? input : Tensor.of(to, input.output()));
            }
            Op rebuilt = same ? op : op.withInputs(mapped);
            Op first = canonical.putIfAbsent(rebuilt, rebuilt);
            renamed.put(op, first == null ? rebuilt : first);
        }
        Map<Tensor, Tensor> result = new HashMap<>();
        for (Tensor root : roots) result.put(root, Tensor.of(renamed.get(root.op()), root.output()));
        return result;
    }

    /** The run-time inputs that the tensors depend on, by name. */
    static Set<LeafOp.Input> inputs(Collection<Op> order) {
        Set<LeafOp.Input> inputs = new LinkedHashSet<>();
        for (Op op : order) if (op instanceof LeafOp.Input input) inputs.add(input);
        return inputs;
    }
}
