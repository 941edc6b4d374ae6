package embedrl.tensor.vector;

import embedrl.tensor.HostMemory;
import embedrl.tensor.Step;
import java.util.List;

/** Products of one left operand: one loop over their parts where all are {@link ThinProduct}s of one kind, else one product after another. */
final class JoinedKernel {
    private JoinedKernel() {}

    static Runnable of(Step.Joined step, HostMemory memory, KeptWeights kept, WorkPool pool) {
        List<ProductKernel> products = step.products().stream().map(product -> new ProductKernel(product, memory, kept, pool)).toList();
        ThinProduct first = products.getFirst().thin();
        if (first == null || !products.stream().allMatch(product -> product.thin() != null && product.thin().isLike(first))) {
            return () -> products.forEach(ProductKernel::run);
        }
        int parts = products.stream().mapToInt(product -> product.thin().parts()).max().orElseThrow();
        WorkPool.Part body = part -> {
            for (ProductKernel product : products) {
                product.thin().run(part, parts);
            }
        };
        return () -> {
            for (ProductKernel product : products) {
                product.refresh();
                product.thin().begin(product.thin() == first ? null : first);
            }
            pool.run(parts, body);
        };
    }
}
