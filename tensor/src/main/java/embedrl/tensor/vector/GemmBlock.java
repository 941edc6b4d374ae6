package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One thread's matrix product, with the panels it packs into: blocks of C's columns, of the inner size and of C's rows, in this order,
 * so that A's block stays in the second-level cache (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Some strips of B stay there
 * too while the block's panels pass over them. Each panel meets all of these strips in turn, so that C is written along its rows: the processor foresees where, and
 * need not wait for the lines of each tile. The epilogue follows while they are near. Small operands are read in place instead.
 *
 * <p>Every element of C is the sum over blocks of the inner size, each a chain of fused multiply-adds in rising order, whichever way the
 * operands are read and wherever C is cut. Cuts of C therefore never change a result.
 */
final class GemmBlock {
    /** Longest chain of a product with a narrow matrix; a multiple of all blocks. */
    static final int NARROW_KC = 512;

    private static final int KC = 1024; // C is read and written once for each block of the inner size, and waits for memory where it is large
    private static final int BLOCK = (int) (SecondLevelCache.bytes() / Float.BYTES * 3 / 8); // elements of a block of A; a strip of B needs room too
    private static final int NEAR = BLOCK * 3 / 4; // elements of the strips of B that a panel meets in turn
    private static final int NC = 2048;
    private static final int FEW = 6 * MR; // rows of A for which packing pays for neither operand
    /** Columns of C: with fewer, packed rows of A would not be read often enough. With 16 registers, the addresses of rows in place take as long as packing 64 columns' worth. */
    private static final int ROWS_IN_PLACE = PanelTiles.FEW ? 64 : 512;
    private static final long COLUMNS_IN_PLACE = 130L * 130 * 130;
    private static final int LINE = 16; // elements of a cache line
    private static final int SETS = 64; // of a first-level cache
    private static final int NEAREST = 10 << 10; // its elements
    private static final ThreadLocal<GemmBlock> OWN = ThreadLocal.withInitial(GemmBlock::new);

    private float[] panels = {};
    private float[] strips = {};
    private final float[] tile = new float[TallTiles.HIGH * NR];

    private float[] a;
    private int ars;
    private boolean rowsInPlace;
    private float[] c;
    private int ldc;
    private boolean accumulate;

    private GemmBlock() {}

    /** The calling thread's own. */
    static GemmBlock own() {
        return OWN.get();
    }

    /** As {@link Gemm#gemm}, on this thread alone. {@code row} and {@code column}: what the epilogue calls C's first element. */
    void run(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs, float[] c, int co, int ldc,
            boolean accumulate, Epilogue epilogue, int row, int column) {
        run(m, n, k, a, ao, ars, acs, null, b, bo, brs, bcs, c, co, ldc, accumulate, epilogue, row, column);
    }

    /** C = A B with a narrow B; A [m, k] lies dense. */
    void run(int m, int n, int k, float[] a, int ao, NarrowStrips b, float[] c, int co, int ldc, Epilogue epilogue, int column) {
        run(m, n, k, a, ao, k, 1, b, null, 0, 0, 0, c, co, ldc, false, epilogue, 0, column);
    }

    private void run(int m, int n, int k, float[] a, int ao, int ars, int acs, NarrowStrips narrow, float[] b, int bo, int brs, int bcs, float[] c,
            int co, int ldc, boolean accumulate, Epilogue epilogue, int row, int column) {
        long volume = (long) m * n * k;
        this.a = a;
        this.ars = ars;
        this.c = c;
        this.ldc = ldc;
        rowsInPlace = acs == 1 && few(m, n);
        boolean stripsInPlace = narrow == null && bcs == 1 && (volume <= COLUMNS_IN_PLACE && spread(k, brs) || m <= FEW);
        int kcs = narrow == null ? depth(k) : Math.min(k, NARROW_KC); // a narrow matrix is cut between blocks
        int mcs = height(m, kcs);
        int ncs = Math.min(NC, (n + NR - 1) / NR * NR);
        if (!rowsInPlace) {
            panels = room(panels, mcs * kcs + 8);
        }
        strips = room(strips, ALIGNED + (stripsInPlace ? NR : ncs) * kcs);
        for (int jc = 0; jc < n; jc += ncs) {
            int nc = Math.min(ncs, n - jc);
            for (int pc = 0; pc < k; pc += kcs) {
                int kc = Math.min(kcs, k - pc);
                this.accumulate = accumulate || pc > 0;
                int from = bo + pc * brs + jc * bcs;
                int inPlace = stripsInPlace ? nc / NR * NR : 0;
                if (narrow == null) {
                    Packing.strips(b, from + inPlace * bcs, brs, bcs, nc - inPlace, kc, strips, ALIGNED);
                } else {
                    narrow.pack(pc, jc, nc, kc, strips, ALIGNED);
                }
                for (int ic = 0; ic < m; ic += mcs) {
                    int mc = Math.min(mcs, m - ic);
                    int aFrom = ao + ic * ars + pc * acs;
                    if (!rowsInPlace) {
                        Packing.panels(a, aFrom, ars, acs, mc, kc, panels);
                    }
                    Epilogue after = pc + kc == k ? epilogue : Epilogue.NONE;
                    block(mc, nc, kc, aFrom, b, from, brs, inPlace, strips, ALIGNED - inPlace * kc, kc, co + ic * ldc + jc, after, row + ic, column + jc);
                }
            }
        }
    }

    /** C = A B with B in strips that run over the whole inner size, from {@code bo} on; A [m, k] lies dense. */
    void run(int m, int n, int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, Epilogue epilogue, int row, int column) {
        this.a = a;
        ars = k;
        this.c = c;
        this.ldc = ldc;
        rowsInPlace = few(m, n);
        int kcs = depth(k);
        int mcs = height(m, kcs);
        if (!rowsInPlace) {
            panels = room(panels, mcs * kcs + 8);
        }
        for (int pc = 0; pc < k; pc += kcs) {
            int kc = Math.min(kcs, k - pc);
            accumulate = pc > 0;
            for (int ic = 0; ic < m; ic += mcs) {
                int mc = Math.min(mcs, m - ic);
                int aFrom = ao + ic * k + pc;
                if (!rowsInPlace) {
                    Packing.panels(a, aFrom, k, 1, mc, kc, panels);
                }
                Epilogue after = pc + kc == k ? epilogue : Epilogue.NONE;
                block(mc, n, kc, aFrom, null, 0, 0, 0, b, bo + pc * NR, k, co + ic * ldc, after, row + ic, column);
            }
        }
    }

    /** Whether packed rows of A would be read too few times to pay. */
    private static boolean few(int m, int n) {
        return n <= ROWS_IN_PLACE || m <= FEW;
    }

    /**
     * Whether a strip of B stays in the first-level cache where it lies, its rows {@code brs} elements apart. Rows that are a multiple of several cache lines
     * apart, as those of 128 or 256 columns are, meet in some of the cache's sets, and a strip of many such rows drives itself out.
     */
    static boolean spread(int k, int brs) {
        int room = brs % LINE == 0 ? LINE * Integer.lowestOneBit(brs / LINE | SETS) : LINE; // elements from one place that a row can take to the next
        return room <= NR || (long) k * room <= NEAREST;
    }

    /** Inner size of a block: blocks are about as deep as each other. */
    private static int depth(int k) {
        int blocks = (k + KC - 1) / KC;
        return (k + blocks - 1) / blocks;
    }

    /** Rows of a block of A, as panels hold them. */
    private static int height(int m, int depth) {
        return Math.min(BLOCK / depth, m + MR - 1) / MR * MR;
    }

    private static float[] room(float[] buffer, int size) {
        return buffer.length >= size ? buffer : new float[size];
    }

    /**
     * A block of A times nc columns of B. Of these, {@code inPlace} lie from {@code bo} on, their rows {@code brs} apart; strips hold the others, column j
     * from {@code so + j * depth} on. With few rows a strip of B is used up before the next one, and the epilogue runs once.
     */
    private void block(int mc, int nc, int kc, int aFrom, float[] b, int bo, int brs, int inPlace, float[] strips, int so, int depth, int to, Epilogue epilogue,
            int row, int column) {
        boolean few = mc <= FEW;
        int near = few ? NR : Math.max(NR, NEAR / kc / NR * NR);
        for (int from = 0; from < nc; from += near) {
            int end = Math.min(nc, from + near);
            for (int i = 0, rows; i < mc; i += rows) {
                boolean tall = TallTiles.PAY && !rowsInPlace && from >= inPlace && mc - i >= TallTiles.HIGH;
                rows = tall ? TallTiles.HIGH : Math.min(MR, mc - i);
                for (int j = from; j < end; j += NR) {
                    boolean whole = j < inPlace;
                    if (tall) {
                        tall(Math.min(NR, end - j), kc, i, strips, so + j * depth, to + i * ldc + j);
                    } else {
                        tile(rows, Math.min(NR, end - j), kc, i, aFrom, whole ? b : strips, whole ? bo + j : so + j * depth, whole ? brs : NR, to + i * ldc + j);
                    }
                }
                if (!few) {
                    epilogue.apply(row + i, rows, column + from, end - from);
                }
            }
        }
        if (few) {
            epilogue.apply(row, mc, column, nc);
        }
    }

    /** A panel, which begins with row i of its block, times one strip of B. */
    private void tile(int rows, int cols, int kc, int i, int aFrom, float[] b, int bo, int bs, int to) {
        boolean whole = rows == MR && cols == NR && !accumulate;
        float[] out = whole ? c : tile;
        int at = whole ? to : 0;
        int stride = whole ? ldc : NR;
        if (rowsInPlace) {
            RowTiles.tile(rows, cols, a, aFrom + i * ars, ars, b, bo, bs, kc, out, at, stride);
        } else {
            PanelTiles.tile(rows, cols, panels, i * kc, b, bo, bs, kc, out, at, stride);
        }
        if (!whole) {
            flush(tile, 0, NR, rows, cols, c, to, ldc, accumulate);
        }
    }

    /** Two panels, the first of which begins with row i of its block, times one packed strip of B. */
    private void tall(int cols, int kc, int i, float[] strips, int so, int to) {
        boolean whole = cols == NR && !accumulate;
        float[] out = whole ? c : tile;
        int at = whole ? to : 0;
        int stride = whole ? ldc : NR;
        for (int j = 0; j < cols; j += W) {
            TallTiles.tile(panels, i * kc, (i + MR) * kc, strips, so + j, kc, out, at + j, stride);
        }
        if (!whole) {
            flush(tile, 0, NR, TallTiles.HIGH, cols, c, to, ldc, accumulate);
        }
    }

    /** Copies or adds some rows and columns of a tile, which begin at {@code from} and whose rows lie {@code stride} apart, to C. */
    static void flush(float[] tile, int from, int stride, int rows, int cols, float[] c, int co, int ldc, boolean accumulate) {
        for (int j = 0; j < cols; j += W) {
            VectorMask<Float> inside = F.indexInRange(j, cols);
            for (int i = 0; i < rows; i++) {
                FloatVector v = FloatVector.fromArray(F, tile, from + i * stride + j);
                if (accumulate) {
                    v.add(FloatVector.fromArray(F, c, co + i * ldc + j, inside)).intoArray(c, co + i * ldc + j, inside);
                } else {
                    v.intoArray(c, co + i * ldc + j, inside);
                }
            }
        }
    }

    /** Sets C to zero, the product over an empty inner size. */
    static void clear(int m, int n, float[] c, int co, int ldc) {
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0);
        }
    }
}
