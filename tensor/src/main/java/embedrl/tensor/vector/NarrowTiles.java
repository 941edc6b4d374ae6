package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.COLUMNS;
import static embedrl.tensor.vector.PackedNarrow.ROWS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of 8 rows of A, a packed panel, and three strips of BFLOAT16 in {@link PackedNarrow}, widened in registers: 24 sums for 8 elements of A
 * and 3 vectors of weights, so that few instructions but multiply-adds remain, and three streams from memory, which arrive faster than one. Every element
 * is one chain of fused multiply-adds in rising order. The statements repeat on purpose, and widening stands here and not in a method of its own: in a
 * method of this size the compiler stops to inline (NodeCountInliningCutoff; the vector classes' own methods are exempt), and a vector that
 * goes through a call becomes an object.
 */
final class NarrowTiles {
    /** A vector of ints that hold pairs of BFLOAT16 each: a line of a strip, or elements of a row. */
    static final VectorSpecies<Short> PAIRS = VectorSpecies.of(short.class, VectorShape.forBitSize(32 * W));

    /** What remains of an int that holds a pair, as the second element's float. */
    static final int HIGH = 0xFFFF0000;

    private NarrowTiles() {}

    /**
     * Elements from..end of the inner size, both even; the strips begin at b0, b1 and b2. The tile goes to c, its rows COLUMNS apart. A line of a strip is a pair of elements of each
     * row in an int: one is its upper half, the other moves there, an instruction each. Elements one by one take two, and the tile took a third longer.
     */
    static void brain(float[] a, int ao, short[] b, int b0, int b1, int b2, int from, int end, float[] c) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F), c6c = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F), c7c = FloatVector.zero(F);
        for (int p = from; p < end; p += 2) {
            IntVector i0 = (IntVector) ShortVector.fromArray(PAIRS, b, b0 + p * W).reinterpretShape(I, 0);
            FloatVector w0 = i0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            IntVector i1 = (IntVector) ShortVector.fromArray(PAIRS, b, b1 + p * W).reinterpretShape(I, 0);
            FloatVector w1 = i1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            IntVector i2 = (IntVector) ShortVector.fromArray(PAIRS, b, b2 + p * W).reinterpretShape(I, 0);
            FloatVector w2 = i2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p * ROWS]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            c0c = x0.fma(w2, c0c);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p * ROWS + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            c1c = x1.fma(w2, c1c);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p * ROWS + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            c2c = x2.fma(w2, c2c);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p * ROWS + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            c3c = x3.fma(w2, c3c);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p * ROWS + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            c4c = x4.fma(w2, c4c);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p * ROWS + 5]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            c5c = x5.fma(w2, c5c);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + p * ROWS + 6]);
            c6a = x6.fma(w0, c6a);
            c6b = x6.fma(w1, c6b);
            c6c = x6.fma(w2, c6c);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + p * ROWS + 7]);
            c7a = x7.fma(w0, c7a);
            c7b = x7.fma(w1, c7b);
            c7c = x7.fma(w2, c7c);
            FloatVector v0 = i0.and(HIGH).reinterpretAsFloats();
            FloatVector v1 = i1.and(HIGH).reinterpretAsFloats();
            FloatVector v2 = i2.and(HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS]);
            c0a = y0.fma(v0, c0a);
            c0b = y0.fma(v1, c0b);
            c0c = y0.fma(v2, c0c);
            FloatVector y1 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 1]);
            c1a = y1.fma(v0, c1a);
            c1b = y1.fma(v1, c1b);
            c1c = y1.fma(v2, c1c);
            FloatVector y2 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 2]);
            c2a = y2.fma(v0, c2a);
            c2b = y2.fma(v1, c2b);
            c2c = y2.fma(v2, c2c);
            FloatVector y3 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 3]);
            c3a = y3.fma(v0, c3a);
            c3b = y3.fma(v1, c3b);
            c3c = y3.fma(v2, c3c);
            FloatVector y4 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 4]);
            c4a = y4.fma(v0, c4a);
            c4b = y4.fma(v1, c4b);
            c4c = y4.fma(v2, c4c);
            FloatVector y5 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 5]);
            c5a = y5.fma(v0, c5a);
            c5b = y5.fma(v1, c5b);
            c5c = y5.fma(v2, c5c);
            FloatVector y6 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 6]);
            c6a = y6.fma(v0, c6a);
            c6b = y6.fma(v1, c6b);
            c6c = y6.fma(v2, c6c);
            FloatVector y7 = FloatVector.broadcast(F, a[ao + (p + 1) * ROWS + 7]);
            c7a = y7.fma(v0, c7a);
            c7b = y7.fma(v1, c7b);
            c7c = y7.fma(v2, c7c);
        }
        c0a.intoArray(c, 0);
        c0b.intoArray(c, W);
        c0c.intoArray(c, 2 * W);
        c1a.intoArray(c, COLUMNS);
        c1b.intoArray(c, COLUMNS + W);
        c1c.intoArray(c, COLUMNS + 2 * W);
        c2a.intoArray(c, 2 * COLUMNS);
        c2b.intoArray(c, 2 * COLUMNS + W);
        c2c.intoArray(c, 2 * COLUMNS + 2 * W);
        c3a.intoArray(c, 3 * COLUMNS);
        c3b.intoArray(c, 3 * COLUMNS + W);
        c3c.intoArray(c, 3 * COLUMNS + 2 * W);
        c4a.intoArray(c, 4 * COLUMNS);
        c4b.intoArray(c, 4 * COLUMNS + W);
        c4c.intoArray(c, 4 * COLUMNS + 2 * W);
        c5a.intoArray(c, 5 * COLUMNS);
        c5b.intoArray(c, 5 * COLUMNS + W);
        c5c.intoArray(c, 5 * COLUMNS + 2 * W);
        c6a.intoArray(c, 6 * COLUMNS);
        c6b.intoArray(c, 6 * COLUMNS + W);
        c6c.intoArray(c, 6 * COLUMNS + 2 * W);
        c7a.intoArray(c, 7 * COLUMNS);
        c7b.intoArray(c, 7 * COLUMNS + W);
        c7c.intoArray(c, 7 * COLUMNS + 2 * W);
    }
}
