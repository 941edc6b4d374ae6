package embedrl.tensor.vector;

import java.util.Arrays;

/**
 * Grouped-query attention, forward: y = softmax(scale · q kᵀ) v per head, in tiles of queries and keys whose scores stay in the cache. The
 * running maximum and sum of a query are corrected from one tile of keys to the next (Dao, "FlashAttention-2", 2023).
 *
 * <p>q and y are [B, T, H, d], k and v [B, S, K, d] with H a multiple of K, lse is [B, H, T]. Keys from lengths[b] on are masked; causal
 * lets query i see keys up to i + S - T. A query that sees no key gives 0 and lse -∞.
 */
public final class Attention {
    /** Pieces that give some threads equal shares: where heads of sequences are as many, each packs its keys and values once. */
    private static final int PIECES = 32;

    private static final int FEWEST = 66; // queries of a piece that pay for packing keys and values, a multiple of the rows of a panel
    private static final int MOST = 528; // so that long sequences make many pieces too

    final int batches;
    final int queries;
    final int keys;
    final int heads;
    final int keyHeads;
    final int width;
    final float scale;
    private final int high; // queries of a piece
    private final TiledAttention tiled;
    private final TokenAttention token; // where there is one query, of heads that are whole vectors wide
    private final float masked; // a score whose product with the scale is -∞
    final boolean causal;

    /** The sizes B, T, S, H, K and d. */
    public Attention(int batches, int queries, int keys, int heads, int keyHeads, int width, float scale, boolean causal) {
        this.batches = batches;
        this.queries = queries;
        this.keys = keys;
        this.heads = heads;
        this.keyHeads = keyHeads;
        this.width = width;
        this.scale = scale == 0 ? Float.MIN_VALUE : scale; // all scores round to zero, but a masked one still does not
        masked = scale < 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
        this.causal = causal;
        int pieces = Math.max(1, PIECES / Math.max(1, batches * heads));
        high = Math.clamp(Gemm.roundUp((queries + pieces - 1) / pieces, PanelTiles.MR), FEWEST, MOST);
        tiled = new TiledAttention(this);
        token = queries == 1 && heads > 0 && TokenAttention.fits(width) ? new TokenAttention(batches, keys, heads, keyHeads, width, this.scale, masked) : null;
    }

    /** Offset of query head h of token t. */
    int queryAt(int b, int t, int h) {
        return ((b * queries + t) * heads + h) * width;
    }

    /** Offset of key head {@code head} of token s. */
    int keyAt(int b, int s, int head) {
        return ((b * keys + s) * keyHeads + head) * width;
    }

    int rowAt(int b, int h, int t) {
        return (b * heads + h) * queries + t;
    }

    /** Keys, from the first one, that query t sees when {@code length} are valid. */
    int visible(int length, int t) {
        int valid = Math.clamp(length, 0, keys);
        return causal ? Math.clamp(t + keys - queries + 1L, 0, valid) : valid;
    }

    /** How many of {@code count} keys from s on query t sees. */
    int visible(int length, int t, int s, int count) {
        return Math.clamp(visible(length, t) - (long) s, 0, count);
    }

    /** Number of independent pieces of {@link #forward} for these lengths. */
    public int forwardParts(int[] lengths, int at) {
        return token != null ? batches * pieces(lengths, at) : queries == 1 ? batches * keyHeads : batches * heads * ((queries + high - 1) / high);
    }

    /** The most pieces that any of the sequences has. */
    private int pieces(int[] lengths, int at) {
        int most = 1;
        for (int b = 0; b < batches && token.cuts(); b++) {
            most = Math.max(most, token.pieces(visible(lengths[at + b], 0)));
        }
        return most;
    }

    /** One piece: a tile of queries of one head, or, when there is one query, some keys of a sequence or the query heads that share a key head. */
    public void forward(int part, float[] q, int qo, float[] k, int ko, float[] v, int vo, int[] lengths, int lengthsAt, float[] y, int yo,
            float[] lse, int lo) {
        if (token != null) {
            int pieces = pieces(lengths, lengthsAt);
            int b = part / pieces;
            int seen = visible(lengths[lengthsAt + b], 0);
            int at = yo + queryAt(b, 0, 0);
            if (seen == 0) {
                clear(part % pieces == 0 ? heads : 0, width, y, at, lse, lo + rowAt(b, 0, 0));
            } else {
                token.forward(b, part % pieces, seen, q, qo + queryAt(b, 0, 0), k, ko + keyAt(b, 0, 0), v, vo + keyAt(b, 0, 0), y, at, lse, lo + rowAt(b, 0, 0));
            }
            return;
        }
        if (queries == 1) {
            int group = heads / keyHeads;
            int b = part / keyHeads;
            int head = part % keyHeads;
            int at = queryAt(b, 0, head * group);
            tiled.forward(b, head, group, 0, 0, width, lengths[lengthsAt + b], q, qo + at, k, ko, v, vo, y, yo + at, lse, lo + rowAt(b, head * group, 0));
            return;
        }
        int tiles = (queries + high - 1) / high;
        int t = part % tiles * high;
        int h = part / tiles % heads;
        int b = part / tiles / heads;
        int at = queryAt(b, t, h);
        tiled.forward(b, h / (heads / keyHeads), Math.min(high, queries - t), t, 1, heads * width, lengths[lengthsAt + b], q, qo + at, k, ko, v, vo, y,
                yo + at, lse, lo + rowAt(b, h, t));
    }

    /** To be called after all pieces: some may be parts of one result. */
    public void join(int[] lengths, int lengthsAt, float[] y, int yo, float[] lse, int lo) {
        if (token != null && token.cuts()) {
            for (int b = 0; b < batches; b++) {
                token.join(b, visible(lengths[lengthsAt + b], 0), y, yo + queryAt(b, 0, 0), lse, lo + rowAt(b, 0, 0));
            }
        }
    }

    /** Fills a row behind its first {@code own} of {@code count} scores such that whole vectors of it give probability 0 there. */
    void pad(float[] room, int at, int own, int count) {
        int padded = roundUp(own);
        Arrays.fill(room, at + own, at + padded, masked);
        if (padded < count) {
            Arrays.fill(room, at + padded, at + count, 0);
        }
    }

    static int roundUp(int n) {
        return (n + Lanes.W - 1) & -Lanes.W;
    }

    /** The results of {@code rows} queries that see no key. */
    void clear(int rows, int stride, float[] y, int yAt, float[] lse, int lAt) {
        clear(rows, stride, y, yAt);
        Arrays.fill(lse, lAt, lAt + rows, Float.NEGATIVE_INFINITY);
    }

    /** Sets {@code rows} heads, {@code stride} apart, to zero. */
    void clear(int rows, int stride, float[] x, int at) {
        for (int i = 0; i < rows; i++) {
            Arrays.fill(x, at + i * stride, at + i * stride + width, 0);
        }
    }
}
