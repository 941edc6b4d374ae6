package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The transpose of 16 x 16 elements in registers, where vectors have sixteen lanes and the CPU picks lanes from two vectors in one instruction (AVX-512). */
final class Sixteens {
    // What to take from two vectors: lanes in turn, then pairs, fours and eights; of the first or of the second half.
    private static final IntVector LOW1 = lanes(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    private static final IntVector HIGH1 = lanes(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    private static final IntVector LOW2 = lanes(0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    private static final IntVector HIGH2 = lanes(8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
    private static final IntVector LOW4 = lanes(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    private static final IntVector HIGH4 = lanes(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    private static final IntVector LOW8 = lanes(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    private static final IntVector HIGH8 = lanes(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);

    private Sixteens() {}

    private static IntVector lanes(int... lanes) {
        return IntVector.fromArray(I, lanes, 0);
    }

    /** Sixteen lines of sixteen contiguous elements, {@code stride} apart, become as many columns, {@code step} apart. */
    static void transpose(float[] from, int at, int stride, float[] to, int start, int step) {
        IntVector r0 = (IntVector) FloatVector.fromArray(F, from, at).reinterpretShape(I, 0);
        IntVector r1 = (IntVector) FloatVector.fromArray(F, from, at + stride).reinterpretShape(I, 0);
        IntVector r2 = (IntVector) FloatVector.fromArray(F, from, at + 2 * stride).reinterpretShape(I, 0);
        IntVector r3 = (IntVector) FloatVector.fromArray(F, from, at + 3 * stride).reinterpretShape(I, 0);
        IntVector r4 = (IntVector) FloatVector.fromArray(F, from, at + 4 * stride).reinterpretShape(I, 0);
        IntVector r5 = (IntVector) FloatVector.fromArray(F, from, at + 5 * stride).reinterpretShape(I, 0);
        IntVector r6 = (IntVector) FloatVector.fromArray(F, from, at + 6 * stride).reinterpretShape(I, 0);
        IntVector r7 = (IntVector) FloatVector.fromArray(F, from, at + 7 * stride).reinterpretShape(I, 0);
        IntVector r8 = (IntVector) FloatVector.fromArray(F, from, at + 8 * stride).reinterpretShape(I, 0);
        IntVector r9 = (IntVector) FloatVector.fromArray(F, from, at + 9 * stride).reinterpretShape(I, 0);
        IntVector r10 = (IntVector) FloatVector.fromArray(F, from, at + 10 * stride).reinterpretShape(I, 0);
        IntVector r11 = (IntVector) FloatVector.fromArray(F, from, at + 11 * stride).reinterpretShape(I, 0);
        IntVector r12 = (IntVector) FloatVector.fromArray(F, from, at + 12 * stride).reinterpretShape(I, 0);
        IntVector r13 = (IntVector) FloatVector.fromArray(F, from, at + 13 * stride).reinterpretShape(I, 0);
        IntVector r14 = (IntVector) FloatVector.fromArray(F, from, at + 14 * stride).reinterpretShape(I, 0);
        IntVector r15 = (IntVector) FloatVector.fromArray(F, from, at + 15 * stride).reinterpretShape(I, 0);
        IntVector a0 = LOW1.selectFrom(r0, r1);
        IntVector a2 = LOW1.selectFrom(r2, r3);
        IntVector a4 = LOW1.selectFrom(r4, r5);
        IntVector a6 = LOW1.selectFrom(r6, r7);
        IntVector a8 = LOW1.selectFrom(r8, r9);
        IntVector a10 = LOW1.selectFrom(r10, r11);
        IntVector a12 = LOW1.selectFrom(r12, r13);
        IntVector a14 = LOW1.selectFrom(r14, r15);
        IntVector b0 = LOW2.selectFrom(a0, a2);
        IntVector b2 = HIGH2.selectFrom(a0, a2);
        IntVector b4 = LOW2.selectFrom(a4, a6);
        IntVector b6 = HIGH2.selectFrom(a4, a6);
        IntVector b8 = LOW2.selectFrom(a8, a10);
        IntVector b10 = HIGH2.selectFrom(a8, a10);
        IntVector b12 = LOW2.selectFrom(a12, a14);
        IntVector b14 = HIGH2.selectFrom(a12, a14);
        IntVector c0 = LOW4.selectFrom(b0, b4);
        IntVector c2 = HIGH4.selectFrom(b0, b4);
        IntVector c4 = LOW4.selectFrom(b2, b6);
        IntVector c6 = HIGH4.selectFrom(b2, b6);
        IntVector c8 = LOW4.selectFrom(b8, b12);
        IntVector c10 = HIGH4.selectFrom(b8, b12);
        IntVector c12 = LOW4.selectFrom(b10, b14);
        IntVector c14 = HIGH4.selectFrom(b10, b14);
        ((FloatVector) LOW8.selectFrom(c0, c8).reinterpretShape(F, 0)).intoArray(to, start);
        ((FloatVector) HIGH8.selectFrom(c0, c8).reinterpretShape(F, 0)).intoArray(to, start + step);
        ((FloatVector) LOW8.selectFrom(c2, c10).reinterpretShape(F, 0)).intoArray(to, start + 2 * step);
        ((FloatVector) HIGH8.selectFrom(c2, c10).reinterpretShape(F, 0)).intoArray(to, start + 3 * step);
        ((FloatVector) LOW8.selectFrom(c4, c12).reinterpretShape(F, 0)).intoArray(to, start + 4 * step);
        ((FloatVector) HIGH8.selectFrom(c4, c12).reinterpretShape(F, 0)).intoArray(to, start + 5 * step);
        ((FloatVector) LOW8.selectFrom(c6, c14).reinterpretShape(F, 0)).intoArray(to, start + 6 * step);
        ((FloatVector) HIGH8.selectFrom(c6, c14).reinterpretShape(F, 0)).intoArray(to, start + 7 * step);
        IntVector d0 = HIGH1.selectFrom(r0, r1);
        IntVector d2 = HIGH1.selectFrom(r2, r3);
        IntVector d4 = HIGH1.selectFrom(r4, r5);
        IntVector d6 = HIGH1.selectFrom(r6, r7);
        IntVector d8 = HIGH1.selectFrom(r8, r9);
        IntVector d10 = HIGH1.selectFrom(r10, r11);
        IntVector d12 = HIGH1.selectFrom(r12, r13);
        IntVector d14 = HIGH1.selectFrom(r14, r15);
        IntVector e0 = LOW2.selectFrom(d0, d2);
        IntVector e2 = HIGH2.selectFrom(d0, d2);
        IntVector e4 = LOW2.selectFrom(d4, d6);
        IntVector e6 = HIGH2.selectFrom(d4, d6);
        IntVector e8 = LOW2.selectFrom(d8, d10);
        IntVector e10 = HIGH2.selectFrom(d8, d10);
        IntVector e12 = LOW2.selectFrom(d12, d14);
        IntVector e14 = HIGH2.selectFrom(d12, d14);
        IntVector f0 = LOW4.selectFrom(e0, e4);
        IntVector f2 = HIGH4.selectFrom(e0, e4);
        IntVector f4 = LOW4.selectFrom(e2, e6);
        IntVector f6 = HIGH4.selectFrom(e2, e6);
        IntVector f8 = LOW4.selectFrom(e8, e12);
        IntVector f10 = HIGH4.selectFrom(e8, e12);
        IntVector f12 = LOW4.selectFrom(e10, e14);
        IntVector f14 = HIGH4.selectFrom(e10, e14);
        ((FloatVector) LOW8.selectFrom(f0, f8).reinterpretShape(F, 0)).intoArray(to, start + 8 * step);
        ((FloatVector) HIGH8.selectFrom(f0, f8).reinterpretShape(F, 0)).intoArray(to, start + 9 * step);
        ((FloatVector) LOW8.selectFrom(f2, f10).reinterpretShape(F, 0)).intoArray(to, start + 10 * step);
        ((FloatVector) HIGH8.selectFrom(f2, f10).reinterpretShape(F, 0)).intoArray(to, start + 11 * step);
        ((FloatVector) LOW8.selectFrom(f4, f12).reinterpretShape(F, 0)).intoArray(to, start + 12 * step);
        ((FloatVector) HIGH8.selectFrom(f4, f12).reinterpretShape(F, 0)).intoArray(to, start + 13 * step);
        ((FloatVector) LOW8.selectFrom(f6, f14).reinterpretShape(F, 0)).intoArray(to, start + 14 * step);
        ((FloatVector) HIGH8.selectFrom(f6, f14).reinterpretShape(F, 0)).intoArray(to, start + 15 * step);
    }
}
