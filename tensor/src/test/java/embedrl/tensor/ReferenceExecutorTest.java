package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The definition of the operations against tables and other libraries. */
class ReferenceExecutorTest {
    private final Executor reference = new ReferenceExecutor();

    /** Values from Abramowitz and Stegun, table 7.1, and of the complement further out. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.5, 0.5204998778130465", "1, 0.8427007929497149", "2, 0.9953222650189527", "2.4999, 0.999592830101", "2.5001, 0.999593265757", "3, 0.9999779095030014",
        "4, 0.9999999845827421", "5.5, 0.9999999999999927", "7, 1", "1e-12, 1.1283791670955126e-12"})
    void errorFunction(double x, double expected) {
        assertThat(ReferenceElementwise.erf(x)).isCloseTo(expected, within(x > 2.4 && x < 2.6 ? 1e-11 : 3e-15));
        assertThat(ReferenceElementwise.erf(-x)).isEqualTo(-ReferenceElementwise.erf(x));
    }

    /** Both formulas of the error function meet where one takes over from the other. */
    @Test
    void errorFunctionIsContinuous() {
        assertThat(ReferenceElementwise.erf(Math.nextDown(2.5))).isCloseTo(ReferenceElementwise.erf(2.5), within(1e-14));
        assertThat(ReferenceElementwise.erf(6)).isCloseTo(ReferenceElementwise.erf(Math.nextUp(6.0)), within(1e-15));
        assertThat(ReferenceElementwise.erf(Double.NaN)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 7, 3", "1, 33, 65", "17, 1, 9", "64, 65, 66"})
    void productsEqualEjml(int m, int k, int n) {
        Tensor a = Tensor.normal(Shape.of(m, k), Seed.of(1));
        Tensor b = Tensor.normal(Shape.of(k, n), Seed.of(2));
        SimpleMatrix expected = matrix(a).mult(matrix(b));
        check(a.matmul(b), expected);
        check(a.matmulTransposed(b.transpose()), expected);
        check(a.transpose().transposedMatmul(b), expected);
        check(Tensor.of(new ContractionOp.MatMul(a.transpose(), b.transpose(), true, true), 0), expected);
    }

    private SimpleMatrix matrix(Tensor tensor) {
        SimpleMatrix matrix = new SimpleMatrix(tensor.size(0), tensor.size(1));
        float[] values = tensor.eval(reference).floats();
        for (int i = 0; i < values.length; i++) matrix.set(i / tensor.size(1), i % tensor.size(1), values[i]);
        return matrix;
    }

    private void check(Tensor product, SimpleMatrix expected) {
        float[] values = product.eval(reference).floats();
        for (int i = 0; i < values.length; i++) {
            double e = expected.get(i / expected.getNumCols(), i % expected.getNumCols());
            assertThat((double) values[i]).isCloseTo(e, within(1e-6 * Math.max(1, Math.abs(e))));
        }
    }

    @Test
    void gatherAndScatterTreatNegativeIndicesAsNothing() {
        Tensor table = Tensor.of(new float[][] {{1, 2}, {3, 4}});
        Tensor ids = Tensor.ofInts(Shape.of(4), 1, -1, 1, 0);
        assertThat(table.gather(ids).eval(reference).floats()).containsExactly(3, 4, 0, 0, 3, 4, 1, 2);
        Tensor values = Tensor.of(new float[][] {{1, 1}, {10, 10}, {2, 2}, {5, 5}});
        assertThat(values.scatterAdd(ids, 3).eval(reference).floats()).containsExactly(5, 5, 3, 3, 0, 0);
        assertThat(Tensor.ofInts(Shape.of(2), 7, 8).gather(Tensor.ofInts(Shape.of(1, 2), 1, 1)).eval(reference).ints()).containsExactly(8, 8);
    }

    /** The causal diagonal is at the end of the keys; a row without a visible key is 0 with log-sum-exp −∞. */
    @Test
    void attentionMasks() {
        Tensor q = Tensor.zeros(Shape.of(2, 2, 1, 1));
        Tensor k = Tensor.zeros(Shape.of(2, 3, 1, 1));
        Tensor v = Tensor.of(Shape.of(2, 3, 1, 1), 1, 2, 6, 1, 2, 6);
        Op op = new ContractionOp.Attention(q, k, v, Tensor.ofInts(Shape.of(2), 3, 1), 1, true);
        assertThat(Tensor.of(op, 0).eval(reference).floats()).containsExactly(1.5f, 3, 1, 1);
        assertThat(Tensor.of(op, 1).eval(reference).floats()).containsExactly((float) Math.log(2), (float) Math.log(3), 0, 0);
        Op none = new ContractionOp.Attention(q, k, v, Tensor.ofInts(Shape.of(2), 0, -5), 1, false);
        assertThat(Tensor.of(none, 0).eval(reference).floats()).containsOnly(0);
        assertThat(Tensor.of(none, 1).eval(reference).floats()).containsOnly(Float.NEGATIVE_INFINITY);
    }

    @Test
    void integersWidenWithRounding() {
        Tensor n = Tensor.ofInts(Shape.of(3), 16_777_217, -16_777_219, Integer.MAX_VALUE);
        assertThat(n.cast(DType.FLOAT32).eval(reference).floats()).containsExactly(16_777_216, -16_777_220, 2147483648f);
        assertThat(n.cast(DType.FLOAT32).sub(1).eval(reference).floats()).containsExactly(16_777_215, -16_777_220, 2147483648f);
        assertThat(Tensor.of(Shape.of(4), 2.9f, -2.9f, 3e9f, Float.NaN).cast(DType.INT32).eval(reference).ints()).containsExactly(2, -2, Integer.MAX_VALUE, 0);
    }
}
