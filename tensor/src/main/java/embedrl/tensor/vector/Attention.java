package embedrl.tensor.vector;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.UnaryKind;
import java.util.Arrays;

/**
 * Grouped-query attention, forward: y = softmax(scale · q kᵀ) v per head, in tiles of queries and keys whose scores stay in the cache. The
 * running maximum and sum of a query are corrected from one tile of keys to the next (Dao, "FlashAttention-2", 2023).
 *
 * <p>q and y are [B, T, H, d], k and v [B, S, K, d] with H a multiple of K, lse is [B, H, T]. Keys from lengths[b] on are masked; causal
 * lets query i see keys up to i + S - T. A query that sees no key gives 0 and lse -∞.
 */
public final class Attention {
    static final int QUERIES = 64;
    static final int KEYS = 512;

    final int batches;
    final int queries;
    final int keys;
    final int heads;
    final int keyHeads;
    final int width;
    final float scale;
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

    /** Number of independent pieces of {@link #forward} for these lengths. */
    public int forwardParts(int[] lengths, int at) {
        return token != null ? batches * pieces(lengths, at) : queries == 1 ? batches * keyHeads : batches * heads * ((queries + QUERIES - 1) / QUERIES);
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
            tile(b, head, group, 0, 0, width, lengths[lengthsAt + b], q, qo + at, k, ko, v, vo, y, yo + at, lse, lo + rowAt(b, head * group, 0));
            return;
        }
        int tiles = (queries + QUERIES - 1) / QUERIES;
        int t = part % tiles * QUERIES;
        int h = part / tiles % heads;
        int b = part / tiles / heads;
        int at = queryAt(b, t, h);
        tile(b, h / (heads / keyHeads), Math.min(QUERIES, queries - t), t, 1, heads * width, lengths[lengthsAt + b], q, qo + at, k, ko, v, vo, y,
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

    /** {@code rows} queries, row i at {@code i * stride} and standing at token {@code first + i * step}. */
    private void tile(int b, int head, int rows, int first, int step, int stride, int length, float[] q, int qAt, float[] k, int ko, float[] v,
            int vo, float[] y, int yAt, float[] lse, int lAt) {
        int seen = visible(length, first + (rows - 1) * step);
        if (seen == 0) {
            clear(rows, stride, y, yAt, lse, lAt);
            return;
        }
        int wide = Math.min(KEYS, seen);
        int line = roundUp(wide);
        float[] room = Scratch.own().room(rows * (line + 2));
        int max = rows * line;
        int sum = max + rows;
        Arrays.fill(room, max, sum, Float.NEGATIVE_INFINITY);
        Arrays.fill(room, sum, sum + rows, 0);
        int pitch = keyHeads * width;
        for (int s = 0; s < seen; s += wide) {
            int count = Math.min(wide, seen - s);
            Gemm.gemm(WorkPool.INLINE, rows, count, width, q, qAt, stride, 1, k, ko + keyAt(b, s, head), 1, pitch, room, 0, line, false);
            for (int i = 0; i < rows; i++) {
                int own = Math.clamp(visible(length, first + i * step) - (long) s, 0, count);
                float correction = probabilities(room, i * line, own, count, max + i, sum + i);
                if (s > 0 && correction != 1) {
                    Rows.scale(y, yAt + i * stride, correction, width);
                }
            }
            Gemm.gemm(WorkPool.INLINE, rows, width, count, room, 0, line, 1, v, vo + keyAt(b, s, head), pitch, 1, y, yAt, stride, s > 0);
        }
        for (int i = 0; i < rows; i++) {
            float total = room[sum + i];
            Rows.scale(y, yAt + i * stride, total == 0 ? 0 : 1 / total, width);
        }
        VectorMath.unary(UnaryKind.LOG, room, sum, room, sum, rows);
        VectorMath.binary(BinaryKind.ADD, room, sum, room, max, lse, lAt, rows);
    }

    /** Scores of one query become exp(score - maximum); returns what earlier sums must be multiplied with. */
    private float probabilities(float[] room, int at, int own, int count, int max, int sum) {
        if (own == 0) {
            Arrays.fill(room, at, at + count, 0);
            return 1;
        }
        int padded = pad(room, at, own, count);
        float before = room[max];
        float now = Math.max(before, Rows.maximum(room, at, padded, scale));
        float correction = before == now || room[sum] == 0 ? 1 : (float) Math.exp(before - now);
        room[max] = now;
        room[sum] = room[sum] * correction + Rows.expSumVectors(room, at, scale, now, room, at, padded);
        return correction;
    }

    /** Fills a row behind its first {@code own} of {@code count} scores such that whole vectors of it give probability 0 there. */
    int pad(float[] room, int at, int own, int count) {
        int padded = roundUp(own);
        Arrays.fill(room, at + own, at + padded, masked);
        if (padded < count) {
            Arrays.fill(room, at + padded, at + count, 0);
        }
        return padded;
    }

    static int roundUp(int n) {
        return (n + Lanes.W - 1) & -Lanes.W;
    }

    private void clear(int rows, int stride, float[] y, int yAt, float[] lse, int lAt) {
        for (int i = 0; i < rows; i++) {
            Arrays.fill(y, yAt + i * stride, yAt + i * stride + width, 0);
            lse[lAt + i] = Float.NEGATIVE_INFINITY;
        }
    }
}
