package embedrl.tensor.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape that every kernel of this package is compiled for: the CPU's preferred one, of 128 to 512 bits. */
final class Lanes {
    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape());
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, shape());

    /** Floats in one vector; a power of two. */
    static final int W = F.length();

    /** Lane numbers 0, 1, 2, ... */
    static final IntVector IOTA = IntVector.zero(I).addIndex(1);

    private static final VectorShuffle<Float> SWAP1 = swap(1);
    private static final VectorShuffle<Float> SWAP2 = swap(2);
    private static final VectorShuffle<Float> SWAP4 = swap(4);
    private static final VectorShuffle<Float> SWAP8 = swap(8);

    private Lanes() {}

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(F, i -> (i ^ distance) % W);
    }

    /**
     * Sum of all lanes in a fixed order. The Vector API leaves the order of its own sum open, and it does change when a method is compiled.
     * For use behind loops, since a call that is not inlined would box the vector.
     */
    static float sum(FloatVector v) {
        v = v.add(v.rearrange(SWAP1));
        v = v.add(v.rearrange(SWAP2));
        if (W > 4) {
            v = v.add(v.rearrange(SWAP4));
        }
        if (W > 8) {
            v = v.add(v.rearrange(SWAP8));
        }
        return v.lane(0);
    }

    /** The largest multiple of the vector length that is not above {@code n}. */
    static int floor(int n) {
        return n & -W;
    }

    /** Largest lane; a NaN may be passed over. For use behind loops, as {@link #sum}. */
    static float maximum(FloatVector v) {
        v = larger(v, v.rearrange(SWAP1));
        v = larger(v, v.rearrange(SWAP2));
        if (W > 4) {
            v = larger(v, v.rearrange(SWAP4));
        }
        if (W > 8) {
            v = larger(v, v.rearrange(SWAP8));
        }
        return v.lane(0);
    }

    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static VectorShape shape() {
        VectorShape preferred = VectorShape.preferredShape();
        return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred.vectorBitSize() < 128 ? VectorShape.S_128_BIT : preferred;
    }
}
