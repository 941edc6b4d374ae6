package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Copies blocks of matrices into the panels that the register tiles read, with transposes in registers. */
final class Packing {
    static final int LINES = 12;

    private Packing() {}

    /** Packs {@code rows} rows of A, element (i, p) at {@code a[ao + i * rs + p * cs]}, as panels of MR: panels[i / MR * MR * kc + p * MR + i % MR]. */
    static void panels(float[] a, int ao, int rs, int cs, int rows, int kc, float[] panels) {
        int whole = rows / MR * MR;
        if (rs == 1) {
            PanelLines.copy(a, ao, cs, whole, kc, panels);
        } else if (cs == 1) {
            for (int i = 0; i < whole; i += MR) {
                if (Octets.USED) {
                    Octets.transpose(a, ao + i * rs, rs, MR, kc, panels, i * kc, MR);
                } else {
                    Quads.transpose(a, ao + i * rs, rs, kc, panels, i * kc, MR);
                    Quads.transpose(a, ao + (i + MR - 4) * rs, rs, kc, panels, i * kc + MR - 4, MR); // shares two rows with the first
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
            for (; Octets.USED && j < cols; j += 8) {
                Octets.transpose(b, bo + j * cs, cs, Math.min(8, cols - j), kc, strip, to + j, NR);
            }
            j = Math.min(j, cols);
            for (; !Octets.USED && j + 4 <= cols; j += 4) {
                Quads.transpose(b, bo + j * cs, cs, kc, strip, to + j, NR);
            }
        }
        for (; j < NR; j++) {
            line(b, bo + j * cs, rs, j < cols ? kc : 0, kc, strip, to + j, NR);
        }
    }

    /** One strided line of {@code count} elements, then zeros up to {@code kc}. */
    static void line(float[] from, int at, int stride, int count, int kc, float[] to, int start, int step) {
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
}
