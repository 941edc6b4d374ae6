package embedrl.tensor.tornado;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Step;

/** Checks some elements of a product that is too large to be computed again as a whole: the corners of its first matrix and elements at random, their sums in double. */
final class ProductSample {
    private static final int ELEMENTS = 64;

    private ProductSample() {
    }

    static boolean covers(Step step) {
        return step instanceof Step.Single single && single.op() instanceof ContractionOp.MatMul product && product.a().dtype() == DType.FLOAT32 && product.b().dtype() == DType.FLOAT32;
    }

    /** Throws what {@link FirstRunCheck#wrong} says of the first element that differs; {@code coarse} allows for inputs that were rounded to bfloat16. */
    static void compare(FirstRunCheck.Sample sample, HostTensor result, String device, boolean coarse) {
        Step.Single step = (Step.Single) sample.step();
        ContractionOp.MatMul product = (ContractionOp.MatMul) step.op();
        float[] a = sample.inputs().get(step.reads().get(0)).floats();   // the operands themselves may be reshapes of what the step reads
        float[] b = sample.inputs().get(step.reads().get(1)).floats();
        float[] y = result.floats();
        int[] corners = {0, product.n() - 1, (product.m() - 1) * product.n(), product.m() * product.n() - 1};
        for (int i = 0; i < ELEMENTS; i++) {
            int element = i < corners.length ? corners[i] : Seed.of(1).below(y.length, i);
            double expected = 0;
            double size = 0;
            for (int p = 0; p < product.k(); p++) {
                double term = (double) a[left(product, element, p)] * b[right(product, element, p)];
                expected += term;
                size += Math.abs(term);
            }
            double allowed = 1e-6 * (2 + Math.sqrt(product.k())) * Math.max(1, size) + (coarse ? size * 0x1p-7 : 0);
            boolean right = Float.compare((float) expected, y[element]) == 0 || Math.abs(expected - y[element]) <= allowed;
            if (!right) throw FirstRunCheck.wrong(sample, device, "one of " + (i + 1) + " sampled", element, result.type(), y[element], expected, allowed);
        }
    }

    private static int left(ContractionOp.MatMul product, int element, int p) {
        int batch = element / (product.m() * product.n());
        int row = element / product.n() % product.m();
        return batch * product.m() * product.k() + (product.transposeA() ? p * product.m() + row : row * product.k() + p);
    }

    private static int right(ContractionOp.MatMul product, int element, int p) {
        int batch = product.b().shape().rank() == 2 ? 0 : element / (product.m() * product.n());
        int column = element % product.n();
        return batch * product.k() * product.n() + (product.transposeB() ? column * product.k() + p : p * product.n() + column);
    }
}
