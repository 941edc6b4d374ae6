package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention and its gradient against sums in double precision, over sizes on both sides of every tile, and what they write beside their results. */
class AttentionTest {
    private static final int BEFORE = 5; // elements in front of each array, which must stay as they are
    private static final float UNTOUCHED = 12345;

    private record Sizes(int batches, int queries, int keys, int heads, int keyHeads, int width, float scale, boolean causal, int... lengths) {}

    static Stream<Sizes> sizes() {
        return Stream.of(
                new Sizes(2, 1, 9, 4, 2, 5, 0.4f, true, 9, 4),
                new Sizes(1, 2, 2, 1, 1, 1, 1, true, 2),
                new Sizes(2, 7, 7, 2, 1, 16, 0.25f, true, 7, 3),
                new Sizes(3, 13, 29, 2, 2, 8, 0.35f, false, 29, 0, 17),
                new Sizes(2, 29, 13, 2, 2, 20, 0.2f, true, 13, 5),
                new Sizes(1, 65, 65, 3, 1, 32, 0.17f, true, 65),
                new Sizes(2, 128, 128, 2, 2, 64, 0.125f, true, 128, 100),
                new Sizes(1, 128, 128, 2, 2, 64, 0.125f, false, 77),
                new Sizes(1, 67, 515, 2, 1, 24, 0.2f, true, 514),
                new Sizes(1, 70, 1100, 1, 1, 16, 0.25f, false, 1030),
                new Sizes(1, 600, 600, 2, 1, 16, 0.25f, true, 590),
                new Sizes(1, 260, 200, 1, 1, 100, 0.1f, true, 200),
                new Sizes(1, 50, 50, 1, 1, 1030, 0.03f, true, 50), // wider than the longest line
                new Sizes(1, 40, 32, 2, 1, 13, 0.3f, true, 32),
                new Sizes(1, 70, 33, 2, 2, 13, 0.3f, false, 33),
                new Sizes(40, 6, 6, 1, 1, 16, -0.25f, true, lengths(40, 6)),
                new Sizes(1, 20, 20, 1, 1, 16, 0, true, 20),
                new Sizes(1, 20, 40, 1, 1, 16, 0.25f, false, 0),
                new Sizes(17, 100, 100, 2, 1, 8, 0.3f, true, lengths(17, 100)), // a piece for each head
                new Sizes(1, 540, 540, 33, 1, 4, 0.5f, true, 540), // longer than the longest piece
                new Sizes(1, 300, 40, 2, 1, 8, 0.3f, true, 40), // the first tile of queries sees no key
                new Sizes(1, 3, 4, 0, 1, 8, 1, false, 4));
    }

    private static int[] lengths(int count, int most) {
        SplittableRandom random = new SplittableRandom(3);
        return random.ints(count, 0, most + 1).toArray();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void forwardAndBackward(Sizes z) {
        SplittableRandom random = new SplittableRandom(7);
        int q = z.batches * z.queries * z.heads * z.width;
        int k = z.batches * z.keys * z.keyHeads * z.width;
        int rows = z.batches * z.heads * z.queries;
        float[][] in = {values(q, random), values(k, random), values(k, random), values(q, random)};
        float[][] out = {empty(q), empty(rows), empty(q), empty(k), empty(k)};
        Attention attention = new Attention(z.batches, z.queries, z.keys, z.heads, z.keyHeads, z.width, z.scale, z.causal);
        for (int part = 0; part < attention.forwardParts(z.lengths, 0); part++) {
            spoil();
            attention.forward(part, in[0], BEFORE, in[1], BEFORE, in[2], BEFORE, z.lengths, 0, out[0], BEFORE, out[1], BEFORE);
        }
        attention.join(z.lengths, 0, out[0], BEFORE, out[1], BEFORE);
        AttentionBackward backward = new AttentionBackward(attention);
        var operands = new AttentionBackward.Operands(in[0], BEFORE, in[1], BEFORE, in[2], BEFORE, z.lengths, 0, out[0], BEFORE, out[1], BEFORE, in[3], BEFORE, out[2], BEFORE, out[3],
                BEFORE, out[4], BEFORE);
        for (int part = 0; part < backward.parts(); part++) {
            spoil();
            backward.backward(part, operands);
        }
        double[][] expected = expected(z, in);
        String[] names = {"y", "lse", "dq", "dk", "dv"};
        for (int i = 0; i < out.length; i++) {
            check(names[i], out[i], expected[i]);
        }
    }

    /** Whatever a kernel reads from the working array it must have written. */
    private static void spoil() {
        Arrays.fill(Scratch.own().room(1 << 20), Float.NaN);
    }

    private static void check(String name, float[] actual, double[] expected) {
        for (int i = 0; i < BEFORE; i++) {
            assertThat(actual[i]).as(name + " in front").isEqualTo(UNTOUCHED);
            assertThat(actual[BEFORE + expected.length + i]).as(name + " behind").isEqualTo(UNTOUCHED);
        }
        double largest = Arrays.stream(expected).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(actual[BEFORE + i] - expected[i]);
            assertThat(actual[BEFORE + i] == expected[i] || error <= 2e-6 * Math.max(1, largest)).as("%s[%d] is %s, expected %s", name, i, actual[BEFORE + i], expected[i]).isTrue();
        }
    }

    /** y, lse, dq, dk and dv by their definitions. */
    private static double[][] expected(Sizes z, float[][] in) {
        int q = in[0].length - 2 * BEFORE;
        int k = in[1].length - 2 * BEFORE;
        double[][] out = {new double[q], new double[z.batches * z.heads * z.queries], new double[q], new double[k], new double[k]};
        for (int row = 0; row < out[1].length; row++) {
            int t = row % z.queries;
            int h = row / z.queries % z.heads;
            int b = row / z.queries / z.heads;
            int seen = Math.min(z.lengths[b], z.causal ? Math.max(0, t + 1 + z.keys - z.queries) : z.keys);
            int at = ((b * z.queries + t) * z.heads + h) * z.width;
            int[] keys = new int[seen];
            double[] p = new double[seen];
            double max = Double.NEGATIVE_INFINITY;
            for (int s = 0; s < seen; s++) {
                keys[s] = ((b * z.keys + s) * z.keyHeads + h / (z.heads / z.keyHeads)) * z.width;
                p[s] = z.scale * dot(in[0], at, in[1], keys[s], z.width);
                max = Math.max(max, p[s]);
            }
            double sum = 0;
            for (int s = 0; s < seen; s++) {
                p[s] = Math.exp(p[s] - max);
                sum += p[s];
            }
            out[1][row] = seen == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(sum);
            double delta = 0;
            for (int s = 0; s < seen; s++) {
                p[s] /= sum;
                delta += p[s] * dot(in[3], at, in[2], keys[s], z.width);
            }
            for (int s = 0; s < seen; s++) {
                double ds = z.scale * p[s] * (dot(in[3], at, in[2], keys[s], z.width) - delta);
                for (int c = 0; c < z.width; c++) {
                    out[0][at + c] += p[s] * in[2][BEFORE + keys[s] + c];
                    out[2][at + c] += ds * in[1][BEFORE + keys[s] + c];
                    out[3][keys[s] + c] += ds * in[0][BEFORE + at + c];
                    out[4][keys[s] + c] += p[s] * in[3][BEFORE + at + c];
                }
            }
        }
        return out;
    }

    private static double dot(float[] a, int ao, float[] b, int bo, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) a[BEFORE + ao + i] * b[BEFORE + bo + i];
        }
        return sum;
    }

    private static float[] values(int n, SplittableRandom random) {
        float[] x = new float[n + 2 * BEFORE];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return x;
    }

    private static float[] empty(int n) {
        float[] x = new float[n + 2 * BEFORE];
        Arrays.fill(x, BEFORE, BEFORE + n, Float.NaN);
        Arrays.fill(x, 0, BEFORE, UNTOUCHED);
        Arrays.fill(x, BEFORE + n, x.length, UNTOUCHED);
        return x;
    }
}
