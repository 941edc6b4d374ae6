package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import java.util.Arrays;

/**
 * One thread's matrix product, with the panels it packs into: blocks of C's columns, of the inner size and of C's rows, in this order,
 * so that A's block stays in the second-level cache (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Small operands
 * are read in place instead. {@link BlockProduct} multiplies the blocks.
 *
 * <p>Every element of C is the sum over blocks of the inner size, each a chain of fused multiply-adds in rising order, whichever way the
 * operands are read and wherever C is cut. Cuts of C therefore never change a result.
 */
final class GemmBlock {
    /** Longest chain of a product with a narrow matrix; a multiple of all blocks. */
    static final int NARROW_KC = 512;

    private static final int KC = LineTiles.LONGEST; // C is read and written once for each block of the inner size, and waits for memory where it is large
    static final int BLOCK = (int) (Caches.second() / Float.BYTES * 3 / 8); // elements of a block of A; a strip of B needs room too
    private static final int NC = 2048;
    static final int FEW = 6 * MR; // rows of A for which packing pays for neither operand
    /** Columns of C: with fewer, packed rows of A would not be read often enough. With 16 registers, the addresses of rows in place take as long as packing 64 columns' worth. */
    private static final int ROWS_IN_PLACE = PanelTiles.FEW ? 64 : 512;

    /** Whether dense rows of A are copied to lines rather than packed. Tiles of 12 rows read panels. */
    static final boolean COPIES_ROWS = LineTiles.USED && !TallTiles.PAY;

    /** Columns of C from which on copying a row pays. */
    static final int LEAST_COPIED = 3 * NR;

    private static final int MOST_LINES = 252; // of a block, since they take much room
    private static final int COLUMNS_IN_PLACE = COPIES_ROWS ? 80 * 80 * 80 : 130 * 130 * 130; // multiply-adds of a product that reads B where it lies
    private static final int CACHE_LINE = 16; // its elements
    private static final int SETS = 64; // of a first-level cache
    private static final int NEAREST = 10 << 10; // its elements
    private static final ThreadLocal<GemmBlock> OWN = ThreadLocal.withInitial(GemmBlock::new);

    private float[] panels = {};
    private float[] strips = {};
    private final BlockProduct block = new BlockProduct();

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
        Left left = left(m, n, acs);
        boolean stripsInPlace = narrow == null && bcs == 1 && (volume <= COLUMNS_IN_PLACE && spread(k, brs) || m <= FEW);
        int kcs = narrow == null ? depth(k) : Math.min(k, NARROW_KC); // a narrow matrix is cut between blocks
        int mcs = height(m, kcs, left == Left.LINES);
        int ncs = Math.min(NC, (n + NR - 1) / NR * NR);
        strips = room(strips, ALIGNED + (stripsInPlace ? NR : ncs) * kcs);
        for (int jc = 0; jc < n; jc += ncs) {
            int nc = Math.min(ncs, n - jc);
            for (int pc = 0; pc < k; pc += kcs) {
                int kc = Math.min(kcs, k - pc);
                block.into(c, ldc, accumulate || pc > 0);
                int from = bo + pc * brs + jc * bcs;
                int inPlace = stripsInPlace ? nc / NR * NR : 0;
                if (narrow == null) {
                    Packing.strips(b, from + inPlace * bcs, brs, bcs, nc - inPlace, kc, strips, ALIGNED);
                } else {
                    narrow.pack(pc, jc, nc, kc, strips, ALIGNED);
                }
                for (int ic = 0; ic < m; ic += mcs) {
                    int mc = Math.min(mcs, m - ic);
                    next(left, a, ao + ic * ars + pc * acs, ars, acs, mc, kc);
                    Epilogue after = pc + kc == k ? epilogue : Epilogue.NONE;
                    block.run(mc, nc, kc, b, from, brs, inPlace, strips, ALIGNED - inPlace * kc, kc, co + ic * ldc + jc, after, row + ic, column + jc);
                }
            }
        }
    }

    /** C = A B with B in strips that run over the whole inner size, from {@code bo} on; A [m, k] lies dense. */
    void run(int m, int n, int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, Epilogue epilogue, int row, int column) {
        Left left = left(m, n, 1);
        int kcs = depth(k);
        int mcs = height(m, kcs, left == Left.LINES);
        for (int pc = 0; pc < k; pc += kcs) {
            int kc = Math.min(kcs, k - pc);
            block.into(c, ldc, pc > 0);
            for (int ic = 0; ic < m; ic += mcs) {
                int mc = Math.min(mcs, m - ic);
                next(left, a, ao + ic * k + pc, k, 1, mc, kc);
                Epilogue after = pc + kc == k ? epilogue : Epilogue.NONE;
                block.run(mc, n, kc, null, 0, 0, 0, b, bo + pc * NR, k, co + ic * ldc, after, row + ic, column);
            }
        }
    }

    /** As above for rows {@code first} up to {@code first + rows} of A [m, k], which {@link LineCopy} holds in blocks of {@link #depth}. */
    void lines(int first, int rows, int m, int n, int k, float[] lines, float[] b, int bo, float[] c, int co, int ldc, Epilogue epilogue, int column) {
        int kcs = depth(k);
        int mcs = height(rows, kcs, true);
        for (int pc = 0; pc < k; pc += kcs) {
            int kc = Math.min(kcs, k - pc);
            block.into(c, ldc, pc > 0);
            for (int ic = 0; ic < rows; ic += mcs) {
                block.lines(lines, LineCopy.start(first + ic, pc, m, kcs));
                Epilogue after = pc + kc == k ? epilogue : Epilogue.NONE;
                block.run(Math.min(mcs, rows - ic), n, kc, null, 0, 0, 0, b, bo + pc * NR, k, co + ic * ldc, after, first + ic, column);
            }
        }
    }

    /** How a product reads A. */
    private enum Left { PANELS, ROWS, LINES }

    /** Few rows, and rows that would be read a few times only, are read in place; rows of 16 registers' tiles are copied rather than packed. */
    private static Left left(int m, int n, int acs) {
        if (acs != 1) {
            return Left.PANELS;
        }
        if (COPIES_ROWS) {
            return n < LEAST_COPIED ? Left.ROWS : Left.LINES;
        }
        return n <= ROWS_IN_PLACE || m <= FEW ? Left.ROWS : Left.PANELS;
    }

    /** Gives the block product A's next block. */
    private void next(Left left, float[] a, int from, int ars, int acs, int mc, int kc) {
        switch (left) {
            case PANELS -> {
                panels = room(panels, (mc + MR) * kc + 8);
                Packing.panels(a, from, ars, acs, mc, kc, panels);
                block.panels(panels, 0, MR * kc);
            }
            case ROWS -> block.rows(a, from, ars);
            case LINES -> {
                panels = room(panels, LineTiles.room(mc));
                LineTiles.copy(a, from, ars, mc, kc, panels, 0);
                block.lines(panels, 0);
            }
        }
    }

    /**
     * Whether a strip of B stays in the first-level cache where it lies, its rows {@code brs} elements apart. Rows that are a multiple of several cache lines
     * apart, as those of 128 or 256 columns are, meet in some of the cache's sets, and a strip of many such rows drives itself out.
     */
    static boolean spread(int k, int brs) {
        int room = brs % CACHE_LINE == 0 ? CACHE_LINE * Integer.lowestOneBit(brs / CACHE_LINE | SETS) : CACHE_LINE; // elements from one place that a row can take to the next
        return room <= NR || (long) k * room <= NEAREST;
    }

    /** Inner size of a block: blocks are about as deep as each other. */
    static int depth(int k) {
        int blocks = Math.max(1, (k + KC - 1) / KC);
        return (k + blocks - 1) / blocks;
    }

    /** Rows of a block of A, as panels hold them. */
    private static int height(int m, int depth, boolean lines) {
        return Math.min(lines ? Math.min(BLOCK / depth, MOST_LINES) : BLOCK / depth, m + MR - 1) / MR * MR;
    }

    private static float[] room(float[] buffer, int size) {
        return buffer.length >= size ? buffer : new float[size];
    }

    /** Sets C to zero, the product over an empty inner size. */
    static void clear(int m, int n, float[] c, int co, int ldc) {
        for (int i = 0; i < m; i++) {
            Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0);
        }
    }
}
