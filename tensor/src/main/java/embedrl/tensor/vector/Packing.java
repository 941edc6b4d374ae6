package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copies blocks of matrices into the panels that the register tiles read, with transposes of 4 x 4 or 8 x 8 in registers. */
final class Packing {
    private static final VectorSpecies<Float> Q = FloatVector.SPECIES_128;
    private static final VectorSpecies<Integer> QI = IntVector.SPECIES_128;
    private static final IntVector LOW1 = quad(0, 4, 1, 5);
    private static final IntVector HIGH1 = quad(2, 6, 3, 7);
    private static final IntVector LOW2 = quad(0, 1, 4, 5);
    private static final IntVector HIGH2 = quad(2, 3, 6, 7);

    private static final int LINES = 12;

    private Packing() {}

    private static IntVector quad(int... lanes) {
        return IntVector.fromArray(QI, lanes, 0);
    }

    /** Packs {@code rows} rows of A, element (i, p) at {@code a[ao + i * rs + p * cs]}, as panels of MR: panels[i / MR * MR * kc + p * MR + i % MR]. */
    static void panels(float[] a, int ao, int rs, int cs, int rows, int kc, float[] panels) {
        int whole = rows / MR * MR;
        if (rs == 1) {
            copyPanels(a, ao, cs, whole, kc, panels);
        } else if (cs == 1) {
            for (int i = 0; i < whole; i += MR) {
                if (Octets.USED) {
                    Octets.transpose(a, ao + i * rs, rs, MR, kc, panels, i * kc, MR);
                } else {
                    transpose4(a, ao + i * rs, rs, kc, panels, i * kc, MR);
                    if (MR > 4) {
                        transpose4(a, ao + (i + MR - 4) * rs, rs, kc, panels, i * kc + MR - 4, MR); // shares two rows with the first
                    }
                }
            }
        } else {
            for (int i = 0; i < whole; i++) {
                line(a, ao + i * rs, cs, kc, kc, panels, i / MR * MR * kc + i % MR, MR);
            }
        }
        for (int i = whole; i < rows; i += MR) {
            panel(a, ao + i * rs, rs, cs, rows - i, kc, panels, i * kc, MR);
        }
    }

    /** The last panel of fewer than {@code high} rows; missing rows are zero. */
    static void panel(float[] a, int ao, int rs, int cs, int rows, int kc, float[] panel, int to, int high) {
        for (int i = 0; i < high; i++) {
            line(a, ao + i * rs, cs, i < rows ? kc : 0, kc, panel, to + i, high);
        }
    }

    /** Packs {@code cols} columns of B, element (p, j) at {@code b[bo + p * rs + j * cs]}, as strips of NR: strips[to + j / NR * NR * kc + p * NR + j % NR]. */
    static void strips(float[] b, int bo, int rs, int cs, int cols, int kc, float[] strips, int to) {
        int whole = cols / NR * NR;
        if (cs == 1) {
            copyStrips(b, bo, rs, whole, kc, strips, to);
        } else {
            for (int j = 0; j < whole; j += NR) {
                strip(b, bo + j * cs, rs, cs, NR, kc, strips, to + j * kc);
            }
        }
        if (cols > whole) {
            strip(b, bo + whole * cs, rs, cs, cols - whole, kc, strips, to + whole * kc);
        }
    }

    /** One strip of {@code cols} in 1..NR columns; missing columns are zero. */
    static void strip(float[] b, int bo, int rs, int cs, int cols, int kc, float[] strip, int to) {
        if (cs == 1) {
            copyColumns(b, bo, rs, cols, kc, strip, to);
            return;
        }
        int j = 0;
        if (rs == 1) {
            for (; Octets.USED && j + 8 <= cols; j += 8) {
                Octets.transpose(b, bo + j * cs, cs, 8, kc, strip, to + j, NR);
            }
            for (; j + 4 <= cols; j += 4) {
                transpose4(b, bo + j * cs, cs, kc, strip, to + j, NR);
            }
        }
        for (; j < NR; j++) {
            line(b, bo + j * cs, rs, j < cols ? kc : 0, kc, strip, to + j, NR);
        }
    }

    /** One strided line of {@code count} elements, then zeros up to {@code kc}. */
    private static void line(float[] from, int at, int stride, int count, int kc, float[] to, int start, int step) {
        for (int p = 0; p < count; p++) {
            to[start + p * step] = from[at + p * stride];
        }
        for (int p = count; p < kc; p++) {
            to[start + p * step] = 0;
        }
    }

    // Whole lines of the source are read once and dealt out; panel by panel, each line would be fetched again for every panel. The methods of twelve
    // lines are long on purpose: what the compiler inlines (up to 325 bytes of code) into the large loop around them it may box, and packing then
    // takes several times as long, in one process and not in the next.
    private static void copyPanels(float[] a, int ao, int stride, int rows, int kc, float[] panels) {
        if (kc < LINES) {
            for (int i = 0; i < rows; i++) {
                line(a, ao + i, stride, kc, kc, panels, i / MR * MR * kc + i % MR, MR);
            }
            return;
        }
        for (int p = 0; p < kc; p += LINES) {
            int first = Math.min(p, kc - LINES); // the last lines may be dealt out twice
            linesToPanels(a, ao + first * stride, stride, rows, panels, first * MR, kc);
        }
    }

    /** Four elements and the last four of each panel's MR: twice the same where it has no more. */
    private static void linesToPanels(float[] a, int from, int stride, int rows, float[] panels, int to, int kc) {
        for (int i = 0; i < rows; i += MR) {
            FloatVector.fromArray(Q, a, from + i).intoArray(panels, to + i * kc);
            FloatVector.fromArray(Q, a, from + i + MR - 4).intoArray(panels, to + i * kc + MR - 4);
            FloatVector.fromArray(Q, a, from + i + stride).intoArray(panels, to + i * kc + MR);
            FloatVector.fromArray(Q, a, from + i + stride + MR - 4).intoArray(panels, to + i * kc + MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 2 * stride).intoArray(panels, to + i * kc + 2 * MR);
            FloatVector.fromArray(Q, a, from + i + 2 * stride + MR - 4).intoArray(panels, to + i * kc + 2 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 3 * stride).intoArray(panels, to + i * kc + 3 * MR);
            FloatVector.fromArray(Q, a, from + i + 3 * stride + MR - 4).intoArray(panels, to + i * kc + 3 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 4 * stride).intoArray(panels, to + i * kc + 4 * MR);
            FloatVector.fromArray(Q, a, from + i + 4 * stride + MR - 4).intoArray(panels, to + i * kc + 4 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 5 * stride).intoArray(panels, to + i * kc + 5 * MR);
            FloatVector.fromArray(Q, a, from + i + 5 * stride + MR - 4).intoArray(panels, to + i * kc + 5 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 6 * stride).intoArray(panels, to + i * kc + 6 * MR);
            FloatVector.fromArray(Q, a, from + i + 6 * stride + MR - 4).intoArray(panels, to + i * kc + 6 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 7 * stride).intoArray(panels, to + i * kc + 7 * MR);
            FloatVector.fromArray(Q, a, from + i + 7 * stride + MR - 4).intoArray(panels, to + i * kc + 7 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 8 * stride).intoArray(panels, to + i * kc + 8 * MR);
            FloatVector.fromArray(Q, a, from + i + 8 * stride + MR - 4).intoArray(panels, to + i * kc + 8 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 9 * stride).intoArray(panels, to + i * kc + 9 * MR);
            FloatVector.fromArray(Q, a, from + i + 9 * stride + MR - 4).intoArray(panels, to + i * kc + 9 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 10 * stride).intoArray(panels, to + i * kc + 10 * MR);
            FloatVector.fromArray(Q, a, from + i + 10 * stride + MR - 4).intoArray(panels, to + i * kc + 10 * MR + MR - 4);
            FloatVector.fromArray(Q, a, from + i + 11 * stride).intoArray(panels, to + i * kc + 11 * MR);
            FloatVector.fromArray(Q, a, from + i + 11 * stride + MR - 4).intoArray(panels, to + i * kc + 11 * MR + MR - 4);
        }
    }

    private static void copyStrips(float[] b, int bo, int stride, int cols, int kc, float[] strips, int to) {
        if (kc < LINES) {
            for (int j = 0; j < cols; j++) {
                line(b, bo + j, stride, kc, kc, strips, to + j / NR * NR * kc + j % NR, NR);
            }
            return;
        }
        for (int p = 0; p < kc; p += LINES) {
            int first = Math.min(p, kc - LINES);
            linesToStrips(b, bo + first * stride, stride, cols, strips, to + first * NR, kc);
        }
    }

    private static void linesToStrips(float[] b, int from, int stride, int cols, float[] strips, int to, int kc) {
        for (int j = 0; j < cols; j += W) {
            int at = to + j / NR * NR * kc + j % NR;
            FloatVector.fromArray(F, b, from + j).intoArray(strips, at);
            FloatVector.fromArray(F, b, from + j + stride).intoArray(strips, at + NR);
            FloatVector.fromArray(F, b, from + j + 2 * stride).intoArray(strips, at + 2 * NR);
            FloatVector.fromArray(F, b, from + j + 3 * stride).intoArray(strips, at + 3 * NR);
            FloatVector.fromArray(F, b, from + j + 4 * stride).intoArray(strips, at + 4 * NR);
            FloatVector.fromArray(F, b, from + j + 5 * stride).intoArray(strips, at + 5 * NR);
            FloatVector.fromArray(F, b, from + j + 6 * stride).intoArray(strips, at + 6 * NR);
            FloatVector.fromArray(F, b, from + j + 7 * stride).intoArray(strips, at + 7 * NR);
            FloatVector.fromArray(F, b, from + j + 8 * stride).intoArray(strips, at + 8 * NR);
            FloatVector.fromArray(F, b, from + j + 9 * stride).intoArray(strips, at + 9 * NR);
            FloatVector.fromArray(F, b, from + j + 10 * stride).intoArray(strips, at + 10 * NR);
            FloatVector.fromArray(F, b, from + j + 11 * stride).intoArray(strips, at + 11 * NR);
        }
    }

    private static void copyColumns(float[] b, int bo, int stride, int cols, int kc, float[] strip, int to) {
        for (int j = 0; j < NR; j += W) {
            if (j + W <= cols) {
                for (int p = 0; p < kc; p++) {
                    FloatVector.fromArray(F, b, bo + p * stride + j).intoArray(strip, to + p * NR + j);
                }
            } else {
                VectorMask<Float> inside = F.indexInRange(0, Math.max(0, cols - j));
                for (int p = 0; p < kc; p++) {
                    FloatVector.fromArray(F, b, bo + p * stride + j, inside).intoArray(strip, to + p * NR + j);
                }
            }
        }
    }

    /** Four lines of {@code kc} contiguous elements, {@code stride} apart, become {@code kc} quads, {@code step} apart. */
    static void transpose4(float[] from, int at, int stride, int kc, float[] to, int start, int step) {
        int p = 0;
        for (; p + 4 <= kc; p += 4) {
            IntVector r0 = FloatVector.fromArray(Q, from, at + p).reinterpretAsInts();
            IntVector r1 = FloatVector.fromArray(Q, from, at + stride + p).reinterpretAsInts();
            IntVector r2 = FloatVector.fromArray(Q, from, at + 2 * stride + p).reinterpretAsInts();
            IntVector r3 = FloatVector.fromArray(Q, from, at + 3 * stride + p).reinterpretAsInts();
            IntVector low01 = LOW1.selectFrom(r0, r1);
            IntVector low23 = LOW1.selectFrom(r2, r3);
            IntVector high01 = HIGH1.selectFrom(r0, r1);
            IntVector high23 = HIGH1.selectFrom(r2, r3);
            LOW2.selectFrom(low01, low23).reinterpretAsFloats().intoArray(to, start + p * step);
            HIGH2.selectFrom(low01, low23).reinterpretAsFloats().intoArray(to, start + (p + 1) * step);
            LOW2.selectFrom(high01, high23).reinterpretAsFloats().intoArray(to, start + (p + 2) * step);
            HIGH2.selectFrom(high01, high23).reinterpretAsFloats().intoArray(to, start + (p + 3) * step);
        }
        for (; p < kc; p++) {
            for (int i = 0; i < 4; i++) {
                to[start + p * step + i] = from[at + i * stride + p];
            }
        }
    }
}
