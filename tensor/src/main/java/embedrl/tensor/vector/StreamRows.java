package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import embedrl.tensor.Buffer;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for no more rows of A than a tile has columns, and FLOAT32 weights that come from memory, read where they lie: decoding a batch. The operands change
 * places: A, transposed, is the strip of the register tiles, and rows of B are their rows, a sixth of a part apart. All rows of A then meet an element of B at once, and the
 * processor, which reads ahead in six long streams, waits little for memory. Strips of packed weights come at the speed of memory while the first six rows of A meet them, and
 * nothing is read while the others do. Every element is the same chain of multiply-adds as there.
 */
final class StreamRows extends ThinProduct {
    /** Fewest rows of A for which this is faster than packed strips; up to four meet a strip in one tile, while it comes from memory. */
    private static final int LEAST = 5;

    private static final int MOST = NR;
    private static final int TOGETHER = 8; // columns of C, for each stream, that are stored at once
    private static final int TILE = ALIGNED + MR * TOGETHER * NR; // room for a tile behind the sums of these
    private static final long PART = 1L << 18; // least multiply-adds of a part, about
    private static final ThreadLocal<float[]> OWN = ThreadLocal.withInitial(() -> new float[0]);

    private final float[] w;
    private final int wo;
    private final int depth; // of a chain of multiply-adds
    private final int pitch; // from an element of the rows of A to the next

    private float[] turned; // element p of row i of A at ALIGNED + p * pitch + i

    StreamRows(WorkPool pool, int m, int n, int k, float[] a, int ao, Buffer b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, n, k, a, ao, c, co, epilogue);
        w = b.floats();
        wo = b.offset();
        depth = GemmBlock.depth(k);
        pitch = Gemm.roundUp(m, Lanes.W);
    }

    /**
     * With 16 registers, for weights of so many bytes that each program run drives them out of the caches, in which packed strips are faster. Vectors of 512 bits would need tiles of more rows.
     */
    static boolean pay(int m, long weightBytes) {
        return PanelTiles.FEW && m >= LEAST && m <= MOST && weightBytes > Caches.third();
    }

    /** Few, so that streams are long; one or two for each thread where there is work for all. */
    @Override
    int parts() {
        int threads = pool.threads();
        int parts = (int) Math.clamp((long) m * n * k / PART, 1, Math.min(n, 2L * threads));
        return parts < threads ? parts : parts / threads * threads;
    }

    /** Keeps the transposed rows in an array of the calling thread, which stays in the cache between its products. */
    @Override
    void begin(ThinProduct like) {
        if (like != null) {
            turned = ((StreamRows) like).turned;
            return;
        }
        turned = OWN.get();
        if (turned.length < ALIGNED + pitch * k) {
            turned = new float[ALIGNED + pitch * k];
            OWN.set(turned);
        }
        for (int i = 0; i < m; i += 8) {
            Octets.transpose(a, ao + i * k, k, Math.min(8, m - i), k, turned, ALIGNED + i, pitch);
        }
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(n, parts, part);
        int end = Gemm.start(n, parts, part + 1);
        int apart = (end - from) / MR;
        for (int j = 0; j < apart; j += TOGETHER) {
            columns(from + j, MR, apart, Math.min(TOGETHER, apart - j));
        }
        int rest = from + apart * MR;
        if (rest < end) {
            columns(rest, end - rest, 1, 1);
        }
        epilogue.apply(0, m, from, end - from);
    }

    /** Columns of C: {@code count} from j on, and as many from each next place, {@code apart} behind the one before; {@code streams} places, six at most. */
    private void columns(int j, int streams, int apart, int count) {
        float[] sums = Scratch.own().chunk; // sums of a column in a line; those of a stream follow each other
        for (int i = 0; i < count; i++) {
            int line = ALIGNED + i * NR;
            int row = wo + (j + i) * k;
            RowTiles.tile(streams, m, w, row, apart * k, turned, ALIGNED, pitch, Math.min(depth, k), sums, line, TOGETHER * NR);
            for (int p = depth; p < k; p += depth) {
                RowTiles.tile(streams, m, w, row + p, apart * k, turned, ALIGNED + p * pitch, pitch, Math.min(depth, k - p), sums, TILE, NR);
                BlockProduct.flush(sums, TILE, NR, streams, pitch, sums, line, TOGETHER * NR, true);
            }
        }
        for (int r = 0; r < streams; r++) {
            store(sums, ALIGNED + r * TOGETHER * NR, count, co + j + r * apart);
        }
    }

    /** Lines of sums, from {@code line} on, become {@code count} columns of C. */
    private void store(float[] sums, int line, int count, int to) {
        if (count == TOGETHER) {
            Octets.transpose(sums, line, NR, TOGETHER, m, c, to, n);
            return;
        }
        for (int x = 0; x < count; x++) {
            for (int i = 0; i < m; i++) {
                c[to + i * n + x] = sums[line + x * NR + i];
            }
        }
    }
}
