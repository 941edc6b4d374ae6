package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Transposes of 8 x 8 elements in registers, where vectors have eight lanes or more. With sixteen, half of them stay empty up to the last step: vectors of
 * another length would be of another class, and {@link Lanes} tells what that does to all kernels.
 */
final class Octets {
    static final boolean USED = W >= 8;

    private static final VectorMask<Float> EIGHT = F.indexInRange(0, 8);
    private static final VectorMask<Float> UPPER = VectorMask.fromLong(F, W == 16 ? 0xFF00 : 0);
    private static final VectorMask<Float> ODD = VectorMask.fromLong(F, 0xAA & (1 << W) - 1);
    private static final VectorMask<Float> SECOND = VectorMask.fromLong(F, 0xCC & (1 << W) - 1);
    private static final VectorMask<Float> FOURTH = VectorMask.fromLong(F, 0xF0 & (1 << W) - 1);

    // What to take from two vectors of sixteen: lanes in turn, then pairs (those of columns 0, 1, 4 and 5; 2, 3, 6 and 7), then fours.
    private static final IntVector MERGE1 = lanes(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    private static final IntVector LOW2 = lanes(0, 1, 16, 17, 2, 3, 18, 19, 8, 9, 24, 25, 10, 11, 26, 27);
    private static final IntVector HIGH2 = lanes(4, 5, 20, 21, 6, 7, 22, 23, 12, 13, 28, 29, 14, 15, 30, 31);
    private static final IntVector LOW4 = lanes(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
    private static final IntVector HIGH4 = lanes(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);

    private Octets() {}

    private static IntVector lanes(int... lanes) {
        return W == 16 ? IntVector.fromArray(I, lanes, 0) : null;
    }

    /**
     * One to eight lines of {@code kc} contiguous elements, {@code stride} apart, become {@code kc} columns, {@code step} apart and written one after
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
        if (at + (lines - 1) * stride + kc + W - 8 > from.length) {
            endOfArray(from, at, stride, lines, kc, to, start, step);
            return;
        }
        blocks(from, at, stride, lines, kc / 8, to, start, step);
        if (kc % 8 != 0) {
            blocks(from, at + kc - 8, stride, lines, 1, to, start + (kc - 8) * step, step); // lies over the one before
        }
    }

    /** Where the vectors of the last line would reach behind the array: the last columns are copied first. */
    private static void endOfArray(float[] from, int at, int stride, int lines, int kc, float[] to, int start, int step) {
        int near = kc / 8 * 8 - 8;
        blocks(from, at, stride, lines, near / 8, to, start, step);
        float[] rest = Scratch.own().lines;
        for (int i = 0; i < lines; i++) {
            System.arraycopy(from, at + i * stride + near, rest, i * Scratch.LINE, kc - near);
        }
        transpose(rest, 0, Scratch.LINE, lines, kc - near, to, start + near * step, step);
    }

    private static void blocks(float[] from, int at, int stride, int lines, int count, float[] to, int start, int step) {
        int last = lines - 1;
        int l1 = at + Math.min(1, last) * stride;
        int l2 = at + Math.min(2, last) * stride;
        int l3 = at + Math.min(3, last) * stride;
        int l4 = at + Math.min(4, last) * stride;
        int l5 = at + Math.min(5, last) * stride;
        int l6 = at + Math.min(6, last) * stride;
        int l7 = at + last * stride;
        if (W == 16) {
            merged(from, at, l1, l2, l3, l4, l5, l6, l7, count, to, start, step);
        } else {
            swapped(from, at, l1, l2, l3, l4, l5, l6, l7, count, to, start, step);
        }
    }

    /** Lanes are picked from two vectors in one instruction (AVX-512); a result holds columns c and c + 4. */
    private static void merged(float[] from, int l0, int l1, int l2, int l3, int l4, int l5, int l6, int l7, int count, float[] to, int start, int step) {
        for (int p = 0; p < 8 * count; p += 8) {
            IntVector r0 = (IntVector) FloatVector.fromArray(F, from, l0 + p).reinterpretShape(I, 0);
            IntVector r1 = (IntVector) FloatVector.fromArray(F, from, l1 + p).reinterpretShape(I, 0);
            IntVector r2 = (IntVector) FloatVector.fromArray(F, from, l2 + p).reinterpretShape(I, 0);
            IntVector r3 = (IntVector) FloatVector.fromArray(F, from, l3 + p).reinterpretShape(I, 0);
            IntVector r4 = (IntVector) FloatVector.fromArray(F, from, l4 + p).reinterpretShape(I, 0);
            IntVector r5 = (IntVector) FloatVector.fromArray(F, from, l5 + p).reinterpretShape(I, 0);
            IntVector r6 = (IntVector) FloatVector.fromArray(F, from, l6 + p).reinterpretShape(I, 0);
            IntVector r7 = (IntVector) FloatVector.fromArray(F, from, l7 + p).reinterpretShape(I, 0);
            IntVector a0 = MERGE1.selectFrom(r0, r1);
            IntVector a2 = MERGE1.selectFrom(r2, r3);
            IntVector a4 = MERGE1.selectFrom(r4, r5);
            IntVector a6 = MERGE1.selectFrom(r6, r7);
            IntVector b0 = LOW2.selectFrom(a0, a2);
            IntVector b2 = HIGH2.selectFrom(a0, a2);
            IntVector b4 = LOW2.selectFrom(a4, a6);
            IntVector b6 = HIGH2.selectFrom(a4, a6);
            FloatVector c0 = (FloatVector) LOW4.selectFrom(b0, b4).reinterpretShape(F, 0);
            FloatVector c1 = (FloatVector) HIGH4.selectFrom(b0, b4).reinterpretShape(F, 0);
            FloatVector c2 = (FloatVector) LOW4.selectFrom(b2, b6).reinterpretShape(F, 0);
            FloatVector c3 = (FloatVector) HIGH4.selectFrom(b2, b6).reinterpretShape(F, 0);
            int q = start + p * step;
            c0.intoArray(to, q, EIGHT);
            c1.intoArray(to, q + step, EIGHT);
            c2.intoArray(to, q + 2 * step, EIGHT);
            c3.intoArray(to, q + 3 * step, EIGHT);
            c0.intoArray(to, q + 4 * step - 8, UPPER);
            c1.intoArray(to, q + 5 * step - 8, UPPER);
            c2.intoArray(to, q + 6 * step - 8, UPPER);
            c3.intoArray(to, q + 7 * step - 8, UPPER);
        }
    }

    /** Of two lines, neighboring elements change places, then pairs, then fours. */
    private static void swapped(float[] from, int l0, int l1, int l2, int l3, int l4, int l5, int l6, int l7, int count, float[] to, int start, int step) {
        for (int p = 0; p < 8 * count; p += 8) {
            FloatVector r0 = FloatVector.fromArray(F, from, l0 + p);
            FloatVector r1 = FloatVector.fromArray(F, from, l1 + p);
            FloatVector r2 = FloatVector.fromArray(F, from, l2 + p);
            FloatVector r3 = FloatVector.fromArray(F, from, l3 + p);
            FloatVector r4 = FloatVector.fromArray(F, from, l4 + p);
            FloatVector r5 = FloatVector.fromArray(F, from, l5 + p);
            FloatVector r6 = FloatVector.fromArray(F, from, l6 + p);
            FloatVector r7 = FloatVector.fromArray(F, from, l7 + p);
            FloatVector a0 = r0.blend(r1.rearrange(SWAP1), ODD);
            FloatVector a1 = r0.rearrange(SWAP1).blend(r1, ODD);
            FloatVector a2 = r2.blend(r3.rearrange(SWAP1), ODD);
            FloatVector a3 = r2.rearrange(SWAP1).blend(r3, ODD);
            FloatVector a4 = r4.blend(r5.rearrange(SWAP1), ODD);
            FloatVector a5 = r4.rearrange(SWAP1).blend(r5, ODD);
            FloatVector a6 = r6.blend(r7.rearrange(SWAP1), ODD);
            FloatVector a7 = r6.rearrange(SWAP1).blend(r7, ODD);
            FloatVector b0 = a0.blend(a2.rearrange(SWAP2), SECOND);
            FloatVector b1 = a1.blend(a3.rearrange(SWAP2), SECOND);
            FloatVector b2 = a0.rearrange(SWAP2).blend(a2, SECOND);
            FloatVector b3 = a1.rearrange(SWAP2).blend(a3, SECOND);
            FloatVector b4 = a4.blend(a6.rearrange(SWAP2), SECOND);
            FloatVector b5 = a5.blend(a7.rearrange(SWAP2), SECOND);
            FloatVector b6 = a4.rearrange(SWAP2).blend(a6, SECOND);
            FloatVector b7 = a5.rearrange(SWAP2).blend(a7, SECOND);
            int q = start + p * step;
            b0.blend(b4.rearrange(SWAP4), FOURTH).intoArray(to, q);
            b1.blend(b5.rearrange(SWAP4), FOURTH).intoArray(to, q + step);
            b2.blend(b6.rearrange(SWAP4), FOURTH).intoArray(to, q + 2 * step);
            b3.blend(b7.rearrange(SWAP4), FOURTH).intoArray(to, q + 3 * step);
            b0.rearrange(SWAP4).blend(b4, FOURTH).intoArray(to, q + 4 * step);
            b1.rearrange(SWAP4).blend(b5, FOURTH).intoArray(to, q + 5 * step);
            b2.rearrange(SWAP4).blend(b6, FOURTH).intoArray(to, q + 6 * step);
            b3.rearrange(SWAP4).blend(b7, FOURTH).intoArray(to, q + 7 * step);
        }
    }
}
