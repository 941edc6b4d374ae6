package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.IOTA;
import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.ElementwiseOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Counter-based uniform numbers, equal bit for bit to {@link ElementwiseOp.Uniform#at}. */
public final class UniformNumbers {
    private static final int GOLDEN = 0x9E3779B9;
    private static final int FIRST = 0x7FEB352D;
    private static final int SECOND = 0x846CA68B;

    private UniformNumbers() {}

    /** y[i] for element indices i from (inclusive) to (exclusive). */
    public static void fill(int seed0, int seed1, int stream, float[] y, int yo, int from, int to) {
        int whole = from + Lanes.floor(to - from);
        for (int i = from; i < whole; i += W) {
            IntVector h = IOTA.add(i).lanewise(VectorOperators.XOR, seed0);
            for (int round = 0; round < 3; round++) {
                h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(FIRST);
                h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15)).mul(SECOND);
                h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
                if (round == 0) {
                    h = h.add(seed1);
                } else if (round == 1) {
                    h = h.lanewise(VectorOperators.XOR, stream * GOLDEN);
                }
            }
            FloatVector u = (FloatVector) h.lanewise(VectorOperators.LSHR, 8).convertShape(VectorOperators.I2F, F, 0);
            u.mul(0x1p-24f).intoArray(y, yo + i);
        }
        for (int i = whole; i < to; i++) {
            y[yo + i] = ElementwiseOp.Uniform.at(seed0, seed1, stream, i);
        }
    }
}
