package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.Packing.NR;
import static embedrl.tensor.vector.PanelTiles.MR;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for some dozens of rows of A, as a batch of sequences makes them token by token: the weights B, of which each element is used
 * only m times, would be packed for too little work. So their rows are read in place, as the left operand of Cᵀ = B Aᵀ, while they stream from memory; A
 * is packed instead, and the tiles of Cᵀ are transposed on their way out. Each element of C is a sum over blocks of the inner size as in {@link GemmBlock}.
 */
final class StreamedRows {
    /** Most rows of A for which this is faster than packing B; fewer where the inner size has several blocks, whose strips crowd the caches. */
    private static final int MOST = 96;
    private static final int MOST_DEEP = 32;

    private static final long PER_PART = 1 << 21;   // multiply-adds

    private final int m;
    private final int n;
    private final int k;
    private final int high;   // rows of B of a part
    private final int parts;
    private final int kcs;

    StreamedRows(int m, int n, int k) {
        this.m = m;
        this.n = n;
        this.k = k;
        int wanted = (int) Math.clamp((long) m * n * k / PER_PART, 1, 16);
        high = (n + wanted * MR - 1) / (wanted * MR) * MR;
        parts = (n + high - 1) / high;
        int blocks = (k + GemmBlock.KC - 1) / GemmBlock.KC;
        kcs = (k + blocks - 1) / blocks;
    }

    static boolean fits(int m, int n, int k) {
        return m <= (k <= GemmBlock.KC ? MOST : MOST_DEEP) && n >= MR && k >= MR;
    }

    void run(WorkPool pool, float[] a, int ao, float[] b, int bo, float[] c, int co, Epilogue epilogue) {
        pool.run(parts, part -> {
            int from = part * high;
            int rows = Math.min(high, n - from);
            part(rows, a, ao, b, bo + from * k, c, co + from);
            epilogue.apply(0, m, from, rows);
        });
    }

    private void part(int rows, float[] a, int ao, float[] b, int bo, float[] c, int co) {
        int wide = (m + NR - 1) / NR * NR;
        float[] strips = Scratch.own().room(wide * k + 2 * MR * NR);
        int tile = wide * k;
        for (int p = 0; p < k; p += kcs) {
            int kc = Math.min(kcs, k - p);
            for (int j = 0; j < m; j += NR) {
                Packing.strip(a, ao + j * k + p, 1, k, Math.min(NR, m - j), kc, strips, wide * p + j * kc);
            }
        }
        for (int i = 0; i < rows; i += MR) {
            int most = Math.min(MR, rows - i);
            for (int j = 0; j < m; j += NR) {
                int columns = Math.min(NR, m - j);
                for (int p = 0; p < k; p += kcs) {
                    int kc = Math.min(kcs, k - p);
                    tile(most, columns, kc, b, bo + i * k + p, strips, wide * p + j * kc, strips, p == 0 ? tile : tile + MR * NR);
                    if (p > 0) {
                        BinaryLoops.add(strips, tile, strips, tile + MR * NR, strips, tile, MR * NR);
                    }
                }
                out(strips, tile, most, columns, c, co + j * n + i);
            }
        }
    }

    private void tile(int rows, int columns, int kc, float[] b, int bo, float[] strip, int so, float[] tile, int to) {
        if (MR == 8 && rows > 4) {
            // Missing rows would be read behind the end of B.
            if (rows < 8) {
                RowTiles.tile4x2(b, bo, k, 4, strip, so, NR, kc, tile, to, NR);
                RowTiles.tile4x2(b, bo + 4 * k, k, rows - 4, strip, so, NR, kc, tile, to + 4 * NR, NR);
            } else if (columns > W) {
                RowTiles.tile8x2(b, bo, k, strip, so, NR, kc, tile, to, NR);
            } else {
                RowTiles.tile8x1(b, bo, k, strip, so, NR, kc, tile, to, NR);
            }
        } else if (columns > W) {
            RowTiles.tile4x2(b, bo, k, rows, strip, so, NR, kc, tile, to, NR);
        } else {
            RowTiles.tile4x1(b, bo, k, rows, strip, so, NR, kc, tile, to, NR);
        }
    }

    /** {@code rows} lines of the tile become columns of C. */
    private void out(float[] tile, int at, int rows, int columns, float[] c, int co) {
        if (rows < MR) {
            for (int j = 0; j < columns; j++) {
                for (int i = 0; i < rows; i++) {
                    c[co + j * n + i] = tile[at + i * NR + j];
                }
            }
        } else if (Octets.USED) {
            Octets.transpose(tile, at, NR, columns, c, co, n);
        } else {
            for (int i = 0; i < MR; i += 4) {
                Packing.transpose4(tile, at + i * NR, NR, columns, c, co + i, n);
            }
        }
    }
}
