package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Transposes of 8 x 8 elements in registers, where the CPU picks lanes from two vectors in one instruction (AVX-512). */
final class Octets {
    static final boolean USED = W == 16;

    private static final VectorSpecies<Float> O = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> OI = IntVector.SPECIES_256;
    // Shorter vectors of floats are only read here, by static methods: where the methods of a vector served two classes, the compiler asks at each call which one it is.
    private static final VectorMask<Float> EIGHT = F.indexInRange(0, 8);
    // Neighbors, then pairs, then halves change places.
    private static final IntVector LOW1 = lanes(0, 8, 1, 9, 4, 12, 5, 13);
    private static final IntVector HIGH1 = lanes(2, 10, 3, 11, 6, 14, 7, 15);
    private static final IntVector LOW2 = lanes(0, 1, 8, 9, 4, 5, 12, 13);
    private static final IntVector HIGH2 = lanes(2, 3, 10, 11, 6, 7, 14, 15);
    private static final IntVector LOW4 = lanes(0, 1, 2, 3, 8, 9, 10, 11);
    private static final IntVector HIGH4 = lanes(4, 5, 6, 7, 12, 13, 14, 15);

    private Octets() {}

    private static IntVector lanes(int... lanes) {
        return IntVector.fromArray(OI, lanes, 0);
    }

    /**
     * Six to eight lines of {@code kc} contiguous elements, {@code stride} apart, become {@code kc} columns, {@code step} apart and written one after
     * another as eight elements: of fewer lines, what follows a column is overwritten.
     */
    static void transpose(float[] from, int at, int stride, int lines, int kc, float[] to, int start, int step) {
        if (kc < 8) {
            for (int p = 0; p < kc; p++) {
                for (int i = 0; i < lines; i++) {
                    to[start + p * step + i] = from[at + i * stride + p];
                }
            }
            return;
        }
        blocks(from, at, stride, lines, kc / 8, to, start, step);
        if (kc % 8 != 0) {
            blocks(from, at + kc - 8, stride, lines, 1, to, start + (kc - 8) * step, step); // lies over the one before
        }
    }

    private static void blocks(float[] from, int at, int stride, int lines, int count, float[] to, int start, int step) {
        int line6 = at + Math.min(6, lines - 1) * stride;
        int line7 = at + (lines - 1) * stride;
        for (int p = 0; p < count; p++) {
            IntVector r0 = FloatVector.fromArray(O, from, at + p * 8).reinterpretAsInts();
            IntVector r1 = FloatVector.fromArray(O, from, at + p * 8 + stride).reinterpretAsInts();
            IntVector r2 = FloatVector.fromArray(O, from, at + p * 8 + 2 * stride).reinterpretAsInts();
            IntVector r3 = FloatVector.fromArray(O, from, at + p * 8 + 3 * stride).reinterpretAsInts();
            IntVector r4 = FloatVector.fromArray(O, from, at + p * 8 + 4 * stride).reinterpretAsInts();
            IntVector r5 = FloatVector.fromArray(O, from, at + p * 8 + 5 * stride).reinterpretAsInts();
            IntVector r6 = FloatVector.fromArray(O, from, line6 + p * 8).reinterpretAsInts();
            IntVector r7 = FloatVector.fromArray(O, from, line7 + p * 8).reinterpretAsInts();
            IntVector a0 = LOW1.selectFrom(r0, r1);
            IntVector a1 = HIGH1.selectFrom(r0, r1);
            IntVector a2 = LOW1.selectFrom(r2, r3);
            IntVector a3 = HIGH1.selectFrom(r2, r3);
            IntVector a4 = LOW1.selectFrom(r4, r5);
            IntVector a5 = HIGH1.selectFrom(r4, r5);
            IntVector a6 = LOW1.selectFrom(r6, r7);
            IntVector a7 = HIGH1.selectFrom(r6, r7);
            // Each holds column c of four rows in its lower half, and column c + 4 in its upper one.
            IntVector b0 = LOW2.selectFrom(a0, a2);
            IntVector b1 = HIGH2.selectFrom(a0, a2);
            IntVector b2 = LOW2.selectFrom(a1, a3);
            IntVector b3 = HIGH2.selectFrom(a1, a3);
            IntVector b4 = LOW2.selectFrom(a4, a6);
            IntVector b5 = HIGH2.selectFrom(a4, a6);
            IntVector b6 = LOW2.selectFrom(a5, a7);
            IntVector b7 = HIGH2.selectFrom(a5, a7);
            ((FloatVector) LOW4.selectFrom(b0, b4).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step, EIGHT);
            ((FloatVector) LOW4.selectFrom(b1, b5).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + step, EIGHT);
            ((FloatVector) LOW4.selectFrom(b2, b6).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 2 * step, EIGHT);
            ((FloatVector) LOW4.selectFrom(b3, b7).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 3 * step, EIGHT);
            ((FloatVector) HIGH4.selectFrom(b0, b4).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 4 * step, EIGHT);
            ((FloatVector) HIGH4.selectFrom(b1, b5).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 5 * step, EIGHT);
            ((FloatVector) HIGH4.selectFrom(b2, b6).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 6 * step, EIGHT);
            ((FloatVector) HIGH4.selectFrom(b3, b7).reinterpretShape(F, 0)).intoArray(to, start + p * 8 * step + 7 * step, EIGHT);
        }
    }
}
