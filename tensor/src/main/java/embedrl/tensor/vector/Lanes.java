package embedrl.tensor.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape that every kernel of this package is compiled for: the CPU's preferred one, of 128 to 512 bits.
 *
 * <p>No kernel uses vectors of floats or ints of another length. Each length is a class, and most methods of {@link FloatVector} and {@link IntVector} stand in what all of them extend: the
 * compiler has one record for all of a process of whose methods are called there. Where that names two classes it compiles both ways, and what joins behind them may stay an object
 * at each step of a loop, in one process and not in the next. For the same reason conversions are {@code convertShape} and, of shorts, {@code reinterpretShape},
 * which stand in the classes themselves.
 */
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
     * Sum of all lanes of the vector that lies in an array, in a fixed order: pairs of neighbors, then of pairs, and so on. The Vector API leaves the order of its own sum open,
     * and it does change when a method is compiled. Loops that hold their sum in a vector repeat these lines: a vector given to a method that is not
     * inlined becomes an object, and whether a small method is depends on what the compiler has put around it.
     */
    static float sum(float[] lanes, int at) {
        FloatVector v = FloatVector.fromArray(F, lanes, at);
        v = v.add(v.rearrange(SWAP1));
        v = v.add(v.rearrange(SWAP2));
        v = W >= 8 ? v.add(v.rearrange(SWAP4)) : v;
        v = W >= 16 ? v.add(v.rearrange(SWAP8)) : v;
        return v.lane(0);
    }

    private static VectorShape shape() {
        VectorShape preferred = VectorShape.preferredShape();
        return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred.vectorBitSize() < 128 ? VectorShape.S_128_BIT : preferred;
    }
}
