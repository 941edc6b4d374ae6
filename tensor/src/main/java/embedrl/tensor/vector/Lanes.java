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

    /**
     * The first element of a large array at which a vector begins at a multiple of its size, where the JVM places objects at such multiples
     * (-XX:ObjectAlignmentInBytes=64, as the launchers ask for) and array elements begin after 16 bytes. Vectors that cross a cache line cost some
     * processors twice; elsewhere this only wastes a few bytes.
     */
    static final int ALIGNED = W - 4;

    /** Lane numbers 0, 1, 2, ... */
    static final IntVector IOTA = IntVector.zero(I).addIndex(1);

    /** Lane i takes lane i xor the number; null where vectors are too short for it. */
    static final VectorShuffle<Float> SWAP1 = swap(1);
    static final VectorShuffle<Float> SWAP2 = swap(2);
    static final VectorShuffle<Float> SWAP4 = swap(4);
    static final VectorShuffle<Float> SWAP8 = swap(8);

    private Lanes() {}

    /** The largest multiple of the vector length that is not above {@code n}. */
    static int floor(int n) {
        return n & -W;
    }

    private static VectorShuffle<Float> swap(int distance) {
        return distance < W ? VectorShuffle.fromOp(F, i -> i ^ distance) : null;
    }

    /**
     * Sum of all lanes in a fixed order. The Vector API leaves the order of its own sum open, and it does change when a method is compiled.
     * This and its parts are below 35 bytes of code: behind a loop, where calls are rare, the compiler inlines nothing larger, and a vector
     * given to a method that is not inlined becomes an object.
     */
    static float sum(FloatVector v) {
        return plus(plus(plus(plus(v, SWAP1), SWAP2), SWAP4), SWAP8).lane(0);
    }

    /** Sum of the vector that lies in an array: for long methods, in which the compiler may stop to inline. */
    static float sum(float[] lanes, int at) {
        return sum(FloatVector.fromArray(F, lanes, at));
    }

    private static FloatVector plus(FloatVector v, VectorShuffle<Float> swap) {
        return swap == null ? v : v.add(v.rearrange(swap));
    }

    /** Largest lane; a NaN may be passed over. */
    static float maximum(FloatVector v) {
        return larger(larger(larger(larger(v, SWAP1), SWAP2), SWAP4), SWAP8).lane(0);
    }

    private static FloatVector larger(FloatVector v, VectorShuffle<Float> swap) {
        return swap == null ? v : larger(v, v.rearrange(swap));
    }

    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static VectorShape shape() {
        VectorShape preferred = VectorShape.preferredShape();
        return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred.vectorBitSize() < 128 ? VectorShape.S_128_BIT : preferred;
    }
}
