package embedrl.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins a matrix product with the chain behind it, where nothing else reads the product: bias, activation, residual and their gradients then cost no pass
 * through memory of their own. The pair stands at the chain's place, after everything that the chain reads.
 */
final class ProductFusion {
    private ProductFusion() {
    }

    /** The steps with such pairs joined. kept: values that must be in memory at the end. */
    static List<Step> fuse(List<Step> steps, Set<Tensor> kept) {
        Map<Tensor, Integer> readers = new HashMap<>();
        Map<Tensor, Step.Single> products = new HashMap<>();
        for (Tensor tensor : kept) readers.merge(Plan.root(tensor), 1, Integer::sum);
        for (Step step : steps) {
            for (Tensor read : step.reads()) readers.merge(read, 1, Integer::sum);
            if (step instanceof Step.Single single && single.op() instanceof ContractionOp.MatMul) products.put(single.writes().getFirst(), single);
        }
        Map<Step.Single, Step.Chain> pairs = new HashMap<>();
        for (Step step : steps) {
            if (!(step instanceof Step.Chain chain) || chain.code().isEmpty()) continue;
            // The latest product is the one whose operands live anyway.
            for (Step.Operand operand : chain.operands().reversed()) {
                Step.Single product = products.get(operand.tensor());
                if (product == null || readers.get(operand.tensor()) != 1 || !wholly(operand, chain)) continue;
                pairs.put(product, chain);
                break;
            }
        }
        Map<Step.Chain, Step.Single> joined = new HashMap<>();
        pairs.forEach((product, chain) -> joined.put(chain, product));
        List<Step> fused = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Single single && pairs.containsKey(single)) continue;
            fused.add(step instanceof Step.Chain chain && joined.containsKey(chain) ? new Step.Product(joined.get(chain), chain) : step);
        }
        return fused;
    }

    /** Whether a chain reads an operand element by element, and no part of it in another way. */
    private static boolean wholly(Step.Operand operand, Step.Chain chain) {
        return operand.inner() == 1 && operand.count() == chain.result().shape().count()
                && chain.operands().stream().filter(o -> o.tensor().equals(operand.tensor())).count() == 1;
    }
}
