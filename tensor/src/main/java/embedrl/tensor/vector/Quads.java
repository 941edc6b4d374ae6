package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Transposes of 4 x 4 elements in registers, where vectors have four lanes. */
final class Quads {
    private static final IntVector LOW1 = lanes(0, 4, 1, 5);
    private static final IntVector HIGH1 = lanes(2, 6, 3, 7);
    private static final IntVector LOW2 = lanes(0, 1, 4, 5);
    private static final IntVector HIGH2 = lanes(2, 3, 6, 7);

    private Quads() {}

    private static IntVector lanes(int... lanes) {
        return IntVector.fromArray(I, lanes, 0);
    }

    /** Four lines of {@code kc} contiguous elements, {@code stride} apart, become {@code kc} quads, {@code step} apart. */
    static void transpose(float[] from, int at, int stride, int kc, float[] to, int start, int step) {
        int p = 0;
        for (; p + 4 <= kc; p += 4) {
            IntVector r0 = (IntVector) FloatVector.fromArray(F, from, at + p).reinterpretShape(I, 0);
            IntVector r1 = (IntVector) FloatVector.fromArray(F, from, at + stride + p).reinterpretShape(I, 0);
            IntVector r2 = (IntVector) FloatVector.fromArray(F, from, at + 2 * stride + p).reinterpretShape(I, 0);
            IntVector r3 = (IntVector) FloatVector.fromArray(F, from, at + 3 * stride + p).reinterpretShape(I, 0);
            IntVector low01 = LOW1.selectFrom(r0, r1);
            IntVector low23 = LOW1.selectFrom(r2, r3);
            IntVector high01 = HIGH1.selectFrom(r0, r1);
            IntVector high23 = HIGH1.selectFrom(r2, r3);
            ((FloatVector) LOW2.selectFrom(low01, low23).reinterpretShape(F, 0)).intoArray(to, start + p * step);
            ((FloatVector) HIGH2.selectFrom(low01, low23).reinterpretShape(F, 0)).intoArray(to, start + (p + 1) * step);
            ((FloatVector) LOW2.selectFrom(high01, high23).reinterpretShape(F, 0)).intoArray(to, start + (p + 2) * step);
            ((FloatVector) HIGH2.selectFrom(high01, high23).reinterpretShape(F, 0)).intoArray(to, start + (p + 3) * step);
        }
        for (; p < kc; p++) {
            for (int i = 0; i < 4; i++) {
                to[start + p * step + i] = from[at + i * stride + p];
            }
        }
    }
}
