package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A block of A, in panels, in lines or in place, times strips of B. Some of these strips stay in the second-level cache while the block's panels pass over them. Each panel meets all of them in
 * turn, so that C is written along its rows: the processor foresees where, and need not wait for the lines of each tile. The epilogue follows while they are near.
 */
final class BlockProduct {
    private static final int NEAR = GemmBlock.BLOCK * 3 / 4; // elements of the strips of B that a panel meets in turn

    private final float[] tile = new float[TallTiles.HIGH * NR];

    private float[] a;
    private int ao;
    private int step; // from one row of A to the next where they lie in place, else from one panel to the next
    private boolean rows;
    private boolean lines;
    private float[] c;
    private int ldc;
    private boolean accumulate;

    /** The next blocks come from this matrix, whose rows are {@code ars} elements apart; the first begins at {@code ao}. */
    void rows(float[] a, int ao, int ars) {
        this.a = a;
        this.ao = ao;
        step = ars;
        rows = true;
        lines = false;
    }

    /** The next blocks come from these lines; the first begins at {@code ao}. */
    void lines(float[] lines, int ao) {
        rows(lines, ao, LineTiles.LINE);
        this.lines = true;
    }

    /** The next blocks come from these panels, {@code pitch} elements apart; the first begins at {@code ao}. */
    void panels(float[] panels, int ao, int pitch) {
        a = panels;
        this.ao = ao;
        step = pitch;
        rows = false;
        lines = false;
    }

    /** The next products are stored in, or added to, this matrix, whose rows are {@code ldc} elements apart. */
    void into(float[] c, int ldc, boolean accumulate) {
        this.c = c;
        this.ldc = ldc;
        this.accumulate = accumulate;
    }

    /**
     * mc rows of A times nc columns of B, to C's elements from {@code to} on. Of the columns, {@code inPlace} lie from {@code bo} on, their rows {@code brs} apart; strips hold the
     * others, column j from {@code so + j * depth} on. With few rows a strip of B is used up before the next one, and the epilogue runs once.
     */
    void run(int mc, int nc, int kc, float[] b, int bo, int brs, int inPlace, float[] strips, int so, int depth, int to, Epilogue epilogue, int row, int column) {
        boolean few = mc <= GemmBlock.FEW;
        int near = few ? NR : Math.max(NR, NEAR / kc / NR * NR);
        for (int from = 0; from < nc; from += near) {
            int end = Math.min(nc, from + near);
            for (int i = 0, high; i < mc; i += high) {
                boolean tall = TallTiles.PAY && !rows && from >= inPlace && mc - i >= TallTiles.HIGH;
                high = tall ? TallTiles.HIGH : Math.min(MR, mc - i);
                for (int j = from; j < end; j += NR) {
                    boolean whole = j < inPlace;
                    if (tall) {
                        tall(Math.min(NR, end - j), kc, i, strips, so + j * depth, to + i * ldc + j);
                    } else {
                        tile(high, Math.min(NR, end - j), kc, i, whole ? b : strips, whole ? bo + j : so + j * depth, whole ? brs : NR, to + i * ldc + j);
                    }
                }
                if (!few) {
                    epilogue.apply(row + i, high, column + from, end - from);
                }
            }
        }
        if (few) {
            epilogue.apply(row, mc, column, nc);
        }
    }

    /** A panel, which begins with row i of its block, times one strip of B. */
    private void tile(int high, int cols, int kc, int i, float[] b, int bo, int bs, int to) {
        boolean whole = high == MR && cols == NR && !accumulate;
        float[] out = whole ? c : tile;
        int at = whole ? to : 0;
        int stride = whole ? ldc : NR;
        if (lines) {
            LineTiles.tile(high, cols, a, ao + i * step, b, bo, bs, kc, out, at, stride);
        } else if (rows) {
            RowTiles.tile(high, cols, a, ao + i * step, step, b, bo, bs, kc, out, at, stride);
        } else {
            PanelTiles.tile(high, cols, a, ao + i / MR * step, b, bo, bs, kc, out, at, stride);
        }
        if (!whole) {
            flush(tile, 0, NR, high, cols, c, to, ldc, accumulate);
        }
    }

    /** Two panels, the first of which begins with row i of its block, times one packed strip of B. */
    private void tall(int cols, int kc, int i, float[] strips, int so, int to) {
        boolean whole = cols == NR && !accumulate;
        float[] out = whole ? c : tile;
        int at = whole ? to : 0;
        int stride = whole ? ldc : NR;
        int panel = ao + i / MR * step;
        for (int j = 0; j < cols; j += W) {
            TallTiles.tile(a, panel, panel + step, strips, so + j, kc, out, at + j, stride);
        }
        if (!whole) {
            flush(tile, 0, NR, TallTiles.HIGH, cols, c, to, ldc, accumulate);
        }
    }

    /** Copies or adds some rows and columns of a tile, which begin at {@code from} and whose rows lie {@code stride} apart, to C. */
    static void flush(float[] tile, int from, int stride, int rows, int cols, float[] c, int co, int ldc, boolean accumulate) {
        int whole = Lanes.floor(cols);
        for (int i = 0; i < rows; i++) {
            int to = co + i * ldc;
            for (int j = 0; j < whole; j += W) {
                FloatVector v = FloatVector.fromArray(F, tile, from + i * stride + j);
                if (accumulate) {
                    v.add(FloatVector.fromArray(F, c, to + j)).intoArray(c, to + j);
                } else {
                    v.intoArray(c, to + j);
                }
            }
        }
        if (whole == cols) {
            return;
        }
        VectorMask<Float> inside = F.indexInRange(whole, cols); // AVX2 takes ten times as long to store under a mask
        for (int i = 0; i < rows; i++) {
            int to = co + i * ldc + whole;
            FloatVector v = FloatVector.fromArray(F, tile, from + i * stride + whole);
            if (accumulate) {
                v.add(FloatVector.fromArray(F, c, to, inside)).intoArray(c, to, inside);
            } else {
                v.intoArray(c, to, inside);
            }
        }
    }
}
