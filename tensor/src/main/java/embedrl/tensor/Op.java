package embedrl.tensor;

import java.util.List;

/**
 * One recorded operation: what it reads, what it yields, and its constants. Each operation is a record of one of the groups below; its
 * constructor checks shapes and types, so that a mistake is reported at the caller's line. Records compare by their constants and by the
 * identity of their inputs, which makes equal subexpressions easy to merge.
 *
 * <p>Every operation has a gradient rule in {@code embedrl.autograd.Gradients} (one exhaustive switch) and a kernel in every {@link Executor}.
 */
public sealed interface Op permits LeafOp, ElementwiseOp, MovementOp, ReduceOp, RowOp, ContractionOp, IndexOp, UpdateOp {
    /** The tensors that this operation reads, in the order of the record's components. */
    List<Tensor> inputs();

    /** Types of the results. */
    List<TensorType> outputs();

    /** The same operation on other inputs of the same types. */
    Op withInputs(List<Tensor> inputs);

    /** Short lower-case name for messages and listings, like "softmax". */
    default String name() {
        String simple = getClass().getSimpleName();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < simple.length(); i++) {
            char c = simple.charAt(i);
            if (Character.isUpperCase(c) && i > 0) text.append('_');
            text.append(Character.toLowerCase(c));
        }
        return text.toString();
    }
}
