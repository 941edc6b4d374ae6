package embedrl.tensor.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape that every kernel of this package is compiled for: the CPU's preferred one, 512 bits at most. */
final class Lanes {
    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape());
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, shape());

    /** Floats in one vector; a power of two. */
    static final int W = F.length();

    /** Lane numbers 0, 1, 2, ... */
    static final IntVector IOTA = IntVector.zero(I).addIndex(1);

    private Lanes() {}

    /** The largest multiple of the vector length that is not above {@code n}. */
    static int floor(int n) {
        return n & -W;
    }

    private static VectorShape shape() {
        VectorShape preferred = VectorShape.preferredShape();
        return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred;
    }
}
