package embedrl.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Joins products of one left operand with several weights, such as queries, keys and values, or gate and up: with few rows they are short, and starting each alone, on all threads,
 * costs as much as a tenth of its time.
 */
final class ProductJoining {
    /** Rows from which on a product is long enough by itself. */
    static final int FEW = 65;

    private final List<Step> joined = new ArrayList<>();   // null where a step was, until its group is complete
    private final Map<Tensor, Integer> made = new HashMap<>();   // which step writes a value
    private final Map<Tensor, Group> open = new HashMap<>();   // by left operand

    private record Group(int first, List<Step> products) {
    }

    private ProductJoining() {
    }

    /** The steps, which depend on earlier ones only, with such products joined at the place of the first of them. */
    static List<Step> join(List<Step> steps) {
        ProductJoining joining = new ProductJoining();
        for (Step step : steps) joining.add(step);
        joining.open.values().forEach(joining::close);
        return joining.joined.stream().filter(Objects::nonNull).toList();
    }

    private void add(Step step) {
        Step.Single product = step instanceof Step.Product fused ? fused.product() : step instanceof Step.Single single ? single : null;
        int index = joined.size();
        joined.add(step);
        if (product != null && product.op() instanceof ContractionOp.MatMul m && isThin(m)) {
            Group group = open.get(product.reads().getFirst());
            if (group != null && fits(step, product, group)) {
                group.products.add(step);
                joined.set(index, null);
                index = group.first;
            } else {
                if (group != null) close(group);
                open.put(product.reads().getFirst(), new Group(index, new ArrayList<>(List.of(step))));
            }
        }
        for (Tensor written : step.writes()) made.put(written, index);
    }

    private void close(Group group) {
        if (group.products.size() > 1) joined.set(group.first, new Step.Joined(List.copyOf(group.products)));
    }

    private static boolean isThin(ContractionOp.MatMul m) {
        return m.m() < FEW && m.batches() == 1 && m.transposeB() && !m.transposeA() && Plan.root(m.b()).op() instanceof LeafOp.Stored;
    }

    /** Whether all that a step reads is there before the group, or comes from the group element by element, in columns that are cut alike. */
    private boolean fits(Step step, Step.Single product, Group group) {
        for (Tensor read : step.reads()) {
            int maker = made.getOrDefault(read, -1);
            if (maker < group.first) continue;
            boolean alike = maker == group.first && step instanceof Step.Product fused && !product.reads().contains(read)
                    && columns(read) == columns(product.writes().getFirst())
                    && fused.chain().operands().stream().filter(o -> o.tensor().equals(read)).allMatch(o -> o.inner() == 1 && o.count() == fused.chain().result().shape().count());
            if (!alike) return false;
        }
        return true;
    }

    private static int columns(Tensor tensor) {
        return tensor.shape().size(tensor.shape().rank() - 1);
    }
}
