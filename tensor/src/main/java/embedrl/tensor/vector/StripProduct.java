package embedrl.tensor.vector;

import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

/**
 * Up to MR rows times strips: the products of attention, whose sizes change from one group of rows to the next. A(i, p) stands at {@code a[ao + i * as + p]}; B's strips are those of
 * {@link Packing#strips}, {@code depth} lines deep from {@code so} on; C(i, j) stands at {@code c[co + i * cs + j]}. {@code lines}: A lies in lines, up to a
 * multiple of MR.
 */
final class StripProduct {
    private StripProduct() {}

    /**
     * Columns {@code from}, a multiple of the vector length, up to {@code to} of C = A B, over the whole depth, as far as they belong to one strip. C must have room for MR rows and whole
     * strips: what lies there is overwritten.
     */
    static void columns(boolean lines, int rows, int from, int to, float[] a, int ao, int as, float[] strips, int so, int depth, float[] c, int co, int cs) {
        int inside = from % NR;
        tile(lines, rows, Math.min(NR - inside, to - from), a, ao, as, strips, so + (from - inside) * depth + inside, depth, c, co + from, cs);
    }

    private static void tile(boolean lines, int rows, int cols, float[] a, int ao, int as, float[] strip, int so, int kc, float[] c, int co, int cs) {
        if (lines) {
            LineTiles.tile(rows, cols, a, ao, strip, so, NR, kc, c, co, cs);
        } else {
            RowTiles.tile(rows, cols, a, ao, as, strip, so, NR, kc, c, co, cs);
        }
    }

    /** C = A B, or C += A B when {@code accumulate}, with lines {@code first} up to {@code first + kc} of the strips alone. {@code tile}: where a tile has room. */
    static void overDepth(boolean lines, int rows, int cols, float[] a, int ao, int as, float[] strips, int so, int depth, int first, int kc, float[] c, int co, int cs, boolean accumulate,
            float[] tile, int to) {
        for (int j = 0; j < cols; j += NR) {
            int wide = Math.min(NR, cols - j);
            boolean whole = rows == MR && wide == NR && !accumulate;
            tile(lines, rows, wide, a, ao, as, strips, so + j * depth + first * NR, kc, whole ? c : tile, whole ? co + j : to, whole ? cs : NR);
            if (!whole) {
                BlockProduct.flush(tile, to, NR, rows, wide, c, co + j, cs, accumulate);
            }
        }
    }

    /** As {@link #overDepth}, with A in a panel and from the first line on. */
    static void panel(int rows, int cols, float[] panel, int at, float[] strips, int so, int depth, int kc, float[] c, int co, int cs, boolean accumulate, float[] tile, int to) {
        for (int j = 0; j < cols; j += NR) {
            int wide = Math.min(NR, cols - j);
            boolean whole = rows == MR && wide == NR && !accumulate;
            PanelTiles.tile(rows, wide, panel, at, strips, so + j * depth, NR, kc, whole ? c : tile, whole ? co + j : to, whole ? cs : NR);
            if (!whole) {
                BlockProduct.flush(tile, to, NR, rows, wide, c, co + j, cs, accumulate);
            }
        }
    }
}
