package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.Packing.LINES;
import static embedrl.tensor.vector.PanelTiles.MR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Deals out lines that hold one element of each row to panels of MR rows. What a longer vector writes behind the MR elements of a line belongs to the lines after it, which are
 * written later; the last lines are copied one by one.
 */
final class PanelLines {
    /** Lines that a vector reaches into behind the MR elements of one. */
    private static final int BEHIND = (Math.max(W, MR) - 1) / MR;

    // The MR elements of one line, then those of the next; of one panel and of the one beside it.
    private static final IntVector FIRST = lanes(0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 21, 0, 0, 0, 0);
    private static final IntVector SECOND = lanes(6, 7, 8, 9, 10, 11, 22, 23, 24, 25, 26, 27, 0, 0, 0, 0);

    private PanelLines() {}

    private static IntVector lanes(int... lanes) {
        return W == 16 ? IntVector.fromArray(I, lanes, 0) : null;
    }

    /** {@code rows}, a multiple of MR, of {@code kc} lines, {@code stride} apart; the panels are those of {@link Packing#panels}. */
    static void copy(float[] a, int ao, int stride, int rows, int kc, float[] panels) {
        int vectors = kc - BEHIND;
        if (vectors < LINES || stride < MR) {
            for (int i = 0; i < rows; i++) {
                Packing.line(a, ao + i, stride, kc, kc, panels, i / MR * MR * kc + i % MR, MR);
            }
            return;
        }
        for (int p = 0; p < vectors; p += LINES) {
            int first = Math.min(p, vectors - LINES); // the last lines may be dealt out twice
            int even = W == 16 ? rows / (2 * MR) * 2 * MR : 0;
            if (W == 16) {
                pairs(a, ao + first * stride, stride, even, panels, first * MR, kc);
            }
            lines(a, ao + first * stride, stride, even, rows, panels, first * MR, kc);
        }
        for (int i = 0; i < rows; i++) {
            Packing.line(a, ao + vectors * stride + i, stride, BEHIND, BEHIND, panels, (i / MR * kc + vectors) * MR + i % MR, MR);
        }
    }

    /** Two panels at a time, two lines of each in one vector; {@code rows} is a multiple of both. */
    private static void pairs(float[] a, int from, int stride, int rows, float[] panels, int to, int kc) {
        for (int i = 0; i < rows; i += 2 * MR) {
            int at = to + i * kc;
            int next = at + MR * kc;
            IntVector v0 = (IntVector) FloatVector.fromArray(F, a, from + i).reinterpretShape(I, 0);
            IntVector v1 = (IntVector) FloatVector.fromArray(F, a, from + i + stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v0, v1).reinterpretShape(F, 0)).intoArray(panels, at);
            ((FloatVector) SECOND.selectFrom(v0, v1).reinterpretShape(F, 0)).intoArray(panels, next);
            IntVector v2 = (IntVector) FloatVector.fromArray(F, a, from + i + 2 * stride).reinterpretShape(I, 0);
            IntVector v3 = (IntVector) FloatVector.fromArray(F, a, from + i + 3 * stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v2, v3).reinterpretShape(F, 0)).intoArray(panels, at + 2 * MR);
            ((FloatVector) SECOND.selectFrom(v2, v3).reinterpretShape(F, 0)).intoArray(panels, next + 2 * MR);
            IntVector v4 = (IntVector) FloatVector.fromArray(F, a, from + i + 4 * stride).reinterpretShape(I, 0);
            IntVector v5 = (IntVector) FloatVector.fromArray(F, a, from + i + 5 * stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v4, v5).reinterpretShape(F, 0)).intoArray(panels, at + 4 * MR);
            ((FloatVector) SECOND.selectFrom(v4, v5).reinterpretShape(F, 0)).intoArray(panels, next + 4 * MR);
            IntVector v6 = (IntVector) FloatVector.fromArray(F, a, from + i + 6 * stride).reinterpretShape(I, 0);
            IntVector v7 = (IntVector) FloatVector.fromArray(F, a, from + i + 7 * stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v6, v7).reinterpretShape(F, 0)).intoArray(panels, at + 6 * MR);
            ((FloatVector) SECOND.selectFrom(v6, v7).reinterpretShape(F, 0)).intoArray(panels, next + 6 * MR);
            IntVector v8 = (IntVector) FloatVector.fromArray(F, a, from + i + 8 * stride).reinterpretShape(I, 0);
            IntVector v9 = (IntVector) FloatVector.fromArray(F, a, from + i + 9 * stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v8, v9).reinterpretShape(F, 0)).intoArray(panels, at + 8 * MR);
            ((FloatVector) SECOND.selectFrom(v8, v9).reinterpretShape(F, 0)).intoArray(panels, next + 8 * MR);
            IntVector v10 = (IntVector) FloatVector.fromArray(F, a, from + i + 10 * stride).reinterpretShape(I, 0);
            IntVector v11 = (IntVector) FloatVector.fromArray(F, a, from + i + 11 * stride).reinterpretShape(I, 0);
            ((FloatVector) FIRST.selectFrom(v10, v11).reinterpretShape(F, 0)).intoArray(panels, at + 10 * MR);
            ((FloatVector) SECOND.selectFrom(v10, v11).reinterpretShape(F, 0)).intoArray(panels, next + 10 * MR);
        }
    }

    /** The vectors that begin at a panel's MR elements of each line and, where they are shorter, those that end there. */
    private static void lines(float[] a, int from, int stride, int first, int rows, float[] panels, int to, int kc) {
        for (int i = first; i < rows; i += MR) {
            int at = to + i * kc;
            FloatVector.fromArray(F, a, from + i).intoArray(panels, at);
            FloatVector.fromArray(F, a, from + i + stride).intoArray(panels, at + MR);
            FloatVector.fromArray(F, a, from + i + 2 * stride).intoArray(panels, at + 2 * MR);
            FloatVector.fromArray(F, a, from + i + 3 * stride).intoArray(panels, at + 3 * MR);
            FloatVector.fromArray(F, a, from + i + 4 * stride).intoArray(panels, at + 4 * MR);
            FloatVector.fromArray(F, a, from + i + 5 * stride).intoArray(panels, at + 5 * MR);
            FloatVector.fromArray(F, a, from + i + 6 * stride).intoArray(panels, at + 6 * MR);
            FloatVector.fromArray(F, a, from + i + 7 * stride).intoArray(panels, at + 7 * MR);
            FloatVector.fromArray(F, a, from + i + 8 * stride).intoArray(panels, at + 8 * MR);
            FloatVector.fromArray(F, a, from + i + 9 * stride).intoArray(panels, at + 9 * MR);
            FloatVector.fromArray(F, a, from + i + 10 * stride).intoArray(panels, at + 10 * MR);
            FloatVector.fromArray(F, a, from + i + 11 * stride).intoArray(panels, at + 11 * MR);
            if (W < MR) {
                ends(a, from + i + MR - W, stride, panels, at + MR - W);
            }
        }
    }

    private static void ends(float[] a, int from, int stride, float[] panels, int to) {
        for (int p = 0; p < LINES; p++) {
            FloatVector.fromArray(F, a, from + p * stride).intoArray(panels, to + p * MR);
        }
    }
}
