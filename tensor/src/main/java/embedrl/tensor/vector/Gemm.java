package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.vector.WorkPool.Part;

/**
 * Single-precision matrix products C[m, n] = A[m, k] B[k, n], optionally added to C.
 *
 * <p>A(i, p) stands at {@code a[ao + i * ars + p * acs]} and B(p, j) at {@code b[bo + p * brs + j * bcs]}, so a transposed operand is a
 * matter of strides; C(i, j) stands at {@code c[co + i * ldc + j]} and must not overlap A or B. A unit stride along either axis of an
 * operand is fast. Threads share C's elements, never the inner sum: the result is the same for any number of threads.
 */
public final class Gemm {
    /** Multiply-adds that are worth a second thread. */
    private static final long PER_PART = 96L * 1024;

    /** Multiply-adds of a part that takes so long, a millisecond and more, that balance is worth less than packing an operand once only. */
    private static final long LONG = 1L << 27;

    /** Fewest rows or columns for which the register tiles beat the vector-matrix product. */
    private static final int TILED = 4;

    /** Fewest rows of A that a part should take where B lies packed: all of them use a strip of B that came from memory once. */
    static final int LEAST_HIGH = 32;

    /** Fewest strips of B that a part should take: all of them use a row of A that came from memory, or from another core, once. */
    static final int LEAST_WIDE = 3;

    private Gemm() {}

    /** C = A B, or C += A B when {@code accumulate}. */
    public static void gemm(WorkPool pool, int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
            float[] c, int co, int ldc, boolean accumulate) {
        gemm(pool, m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, Epilogue.NONE, 0);
    }

    /** As above; then the epilogue sees every element once. {@code row}: what it calls the first row of C. */
    static void gemm(WorkPool pool, int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
            float[] c, int co, int ldc, boolean accumulate, Epilogue epilogue, int row) {
        long volume = (long) m * n * k;
        if (volume == 0) {
            if (!accumulate) {
                GemmBlock.clear(m, n, c, co, ldc);
            }
            epilogue.apply(row, m, 0, n);
        } else if (m < TILED && (bcs == 1 || brs == 1)) {
            thin(pool, m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, 1, accumulate);
            epilogue.apply(row, m, 0, n);
        } else if (n < TILED && (acs == 1 || (ars == 1 && ldc == 1))) {
            thin(pool, n, m, k, b, bo, bcs, brs, a, ao, acs, ars, c, co, 1, ldc, accumulate);
            epilogue.apply(row, m, 0, n);
        } else if (acs == 1 && n > Lanes.W && dots(n % Lanes.W, k)) {
            int most = n - n % Lanes.W;
            tiled(pool, m, most, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, Epilogue.NONE, row);
            thin(pool, n - most, m, k, b, bo + most * bcs, bcs, brs, a, ao, acs, ars, c, co + most, 1, ldc, accumulate);
            epilogue.apply(row, m, 0, n);
        } else {
            tiled(pool, m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, epilogue, row);
        }
    }

    /** {@code batch} products of one size; operand e of each starts {@code abs}, {@code bbs}, {@code cbs} elements after operand e - 1. */
    public static void batched(WorkPool pool, int batch, int m, int n, int k, float[] a, int ao, int abs, int ars, int acs, float[] b, int bo,
            int bbs, int brs, int bcs, float[] c, int co, int cbs, int ldc, boolean accumulate) {
        batched(pool, batch, m, n, k, a, ao, abs, ars, acs, b, bo, bbs, brs, bcs, c, co, cbs, ldc, accumulate, Epilogue.NONE);
    }

    static void batched(WorkPool pool, int batch, int m, int n, int k, float[] a, int ao, int abs, int ars, int acs, float[] b, int bo,
            int bbs, int brs, int bcs, float[] c, int co, int cbs, int ldc, boolean accumulate, Epilogue epilogue) {
        boolean few = batch < pool.threads() && (long) m * n * k > PER_PART;
        int parts = few ? 1 : (int) Math.min(Math.min(batch, 4L * pool.threads()), 1 + (long) batch * m * n * k / PER_PART);
        Part body = part -> {
            for (int e = start(batch, parts, part); e < start(batch, parts, part + 1); e++) {
                gemm(pool, m, n, k, a, ao + e * abs, ars, acs, b, bo + e * bbs, brs, bcs, c, co + e * cbs, ldc, accumulate, epilogue,
                        e * m);
            }
        };
        pool.run(parts, body);
    }

    /** C = A B with a narrow B, [n, k] where it is transposed, else [k, n]; A and C lie dense. B is widened block by block into the packed strips. */
    static void narrow(WorkPool pool, int m, int n, int k, float[] a, int ao, Buffer b, boolean transposed, float[] c, int co,
            Epilogue epilogue) {
        if ((long) m * n * k == 0) {
            GemmBlock.clear(m, n, c, co, n);
            epilogue.apply(0, m, 0, n);
            return;
        }
        int wanted = wanted(pool, m, n, k);
        grid(pool, m, n, 1, wanted, (_, rows, j, columns) -> GemmBlock.own().run(rows, columns, k, a, ao, new NarrowStrips(b, transposed, n, k, j), c, co + j, n,
                epilogue, j));
    }

    /** C = A Bᵀ with weights that lie packed; A and C lie dense. */
    static void packed(WorkPool pool, int m, float[] a, int ao, PackedFloats b, float[] c, int co, Epilogue epilogue) {
        int n = b.n;
        int k = b.k;
        b.refresh(pool);
        float[] strips = b.strips();
        int wanted = Math.min(wanted(pool, m, n, k), 2 * pool.threads()); // few parts: what each reads first, the others read too
        int width = (n + PanelTiles.NR - 1) / PanelTiles.NR;
        int across = Math.clamp(width / LEAST_WIDE, 1, wanted); // first of all columns: a strip then comes from memory for one thread
        int down = Math.clamp(m / LEAST_HIGH, 1, wanted / across);
        if (across * down < pool.threads()) {
            across = Math.min(width, wanted / down); // narrow parts rather than idle threads
        }
        grid(pool, m, n, down, across, (i, rows, j, columns) -> GemmBlock.own().run(rows, columns, k, a, ao + i * k, strips, Lanes.ALIGNED + j * k, c, co + i * n + j, n,
                epilogue, i, j));
    }

    /**
     * Whether dot products of the last few columns take less time than one more vector in the tiles: for each row of A, a dot product reads k / W vectors and adds
     * up the last one, which takes as long as 15 of them, and a vector of columns takes k / 2 steps.
     */
    private static boolean dots(int columns, int k) {
        return columns > 0 && columns <= TILED && 2L * columns * (k + 15 * Lanes.W) < (long) k * Lanes.W;
    }

    /** How many parts a product is worth, four for each thread at most. */
    static int wanted(WorkPool pool, int m, int n, int k) {
        return (int) Math.max(1, Math.min(pool.threads() * 4L, (long) m * n * k / PER_PART));
    }

    /** Where a part begins of {@code size} that are cut into parts about as large as each other. */
    static int start(int size, int parts, int part) {
        return (int) ((long) size * part / parts);
    }

    /** A few vectors times a matrix: rows of A times B, element j of row i going to {@code c[co + i * ci + j * cj]}. */
    private static void thin(WorkPool pool, int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
            float[] c, int co, int ci, int cj, boolean accumulate) {
        boolean sweep = bcs == 1 && cj == 1;
        float[] x = !sweep && acs != 1 ? gather(m, k, a, ao, ars, acs) : a;
        int xo = x == a ? ao : 0;
        int xs = x == a ? ars : k;
        int width = sweep ? 1024 : 64; // C's columns per part: y stays in the first-level cache, or the rows of B in the second
        Part body = part -> {
            int from = part * width;
            int count = Math.min(width, n - from);
            for (int i = 0; i < m; i++) {
                if (sweep) {
                    Gemv.sweep(x, xo + i * xs, acs, k, b, bo + from, brs, count, c, co + i * ci + from, accumulate);
                } else {
                    Gemv.dots(x, xo + i * xs, k, b, bo + from * bcs, bcs, count, c, co + i * ci + from * cj, cj, accumulate);
                }
            }
        };
        int parts = (n + width - 1) / width;
        if ((long) m * n * k < PER_PART) {
            for (int part = 0; part < parts; part++) {
                body.run(part);
            }
        } else {
            pool.run(parts, body);
        }
    }

    private static float[] gather(int m, int k, float[] a, int ao, int ars, int acs) {
        float[] x = new float[m * k];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                x[i * k + p] = a[ao + i * ars + p * acs];
            }
        }
        return x;
    }

    /** Cuts C into a grid of tiles, shaped so that the threads pack as little as possible twice. */
    private static void tiled(WorkPool pool, int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
            float[] c, int co, int ldc, boolean accumulate, Epilogue epilogue, int row) {
        long volume = (long) m * n * k;
        boolean copies = GemmBlock.COPIES_ROWS && acs == 1;
        boolean few = copies || volume >= LONG * pool.threads();
        int wanted = (int) Math.min(few ? pool.threads() : pool.threads() * 2L, volume / PER_PART);
        if (pool.threads() == 1 || wanted <= 1) {
            GemmBlock.own().run(m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, epilogue, row, 0);
            return;
        }
        int dear = copies && bcs == 1 ? 2 : 1; // a row of A takes longer to copy than a column of B
        int down = 1;
        for (int d = 2; d <= wanted; d++) {
            if (wanted % d == 0 && dear * (m / d) + n * d / wanted < dear * (m / down) + n * down / wanted) {
                down = d;
            }
        }
        grid(pool, m, n, down, wanted / down, (i, rows, j, columns) -> GemmBlock.own().run(rows, columns, k, a, ao + i * ars, ars, acs, b, bo + j * bcs, brs, bcs, c,
                co + i * ldc + j, ldc, accumulate, epilogue, row + i, j));
    }

    /** A rectangle of C: rows from i on, columns from j on. */
    private interface Tile {
        void run(int i, int rows, int j, int columns);
    }

    /** Shares C out in about {@code down} times {@code across} parts, cut between register tiles. */
    private static void grid(WorkPool pool, int m, int n, int down, int across, Tile tile) {
        int high = roundUp((m + down - 1) / down, PanelTiles.MR);
        int wide = roundUp((n + across - 1) / across, PanelTiles.NR);
        int columns = (n + wide - 1) / wide;
        int rows = (m + high - 1) / high;
        pool.run(rows * columns, part -> {
            int i = part / columns * high;
            int j = part % columns * wide;
            tile.run(i, Math.min(high, m - i), j, Math.min(wide, n - j));
        });
    }

    /** The first multiple of {@code to} that is not below {@code n}. */
    static int roundUp(int n, int to) {
        return (n + to - 1) / to * to;
    }
}
