package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;

/**
 * Attention of one query per sequence, as while decoding over a cache: all heads at once, so that keys and values arrive as a few streams in the order of memory, which is
 * what such a step waits for. Heads are whole vectors wide.
 *
 * <p>Where sequences are few, a long one is cut into pieces by its length alone. Each is an attention of its own keys; the first writes the result, and {@link #join} adds the
 * others to it, weighted by their sums of exponentials.
 */
final class TokenAttention {
    private static final int TILE = 32 * 1024; // elements of keys, and as many of values, that pass the second-level cache together
    private static final int BLOCK = 64; // keys whose products wait in the first-level cache to be summed
    private static final int PIECE = 8 * 1024; // elements of keys in a piece, at least
    private static final int MOST_PIECES = 8;
    private static final int MANY = 8; // sequences that keep all threads busy
    private static final int LINE = 16; // elements of a cache line

    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int width;
    private final int pitch;
    private final int tile;
    private final float scale;
    private final float[] past = new float[2 * W]; // what LaneSums wants
    private final int most; // pieces of a sequence
    private final float[] parts; // results of all pieces but the first of each sequence
    private final float[] sums; // the logarithms of their sums

    /** For caches of {@code batches} times {@code keys} rows of {@code keyHeads} heads; {@code masked} is a score whose product with the scale is -∞. */
    TokenAttention(int batches, int keys, int heads, int keyHeads, int width, float scale, float masked) {
        this.heads = heads;
        this.keyHeads = keyHeads;
        this.width = width;
        this.scale = scale;
        group = heads / keyHeads;
        pitch = keyHeads * width;
        tile = Math.clamp(TILE / pitch & -W, W, TiledAttention.KEYS);
        Arrays.fill(past, W, 2 * W, masked);
        most = batches < MANY ? pieces(keys, MOST_PIECES) : 1;
        parts = new float[batches * (most - 1) * heads * width];
        sums = new float[batches * (most - 1) * heads];
    }

    /** Whether heads of this width can be multiplied here. */
    static boolean fits(int width) {
        return width % W == 0;
    }

    private int pieces(int keys, int limit) {
        return Math.clamp(Integer.highestOneBit((int) ((long) keys * pitch / PIECE)), 1, limit);
    }

    /** Whether a sequence can have several pieces. */
    boolean cuts() {
        return most > 1;
    }

    /** Pieces of a sequence of {@code keys} valid rows. */
    int pieces(int keys) {
        return pieces(keys, most);
    }

    /** Piece {@code piece} of sequence b, if it has that many, whose {@code keys} valid rows, at least one, begin at ko and vo; yo and lo are its places in the result. */
    void forward(int b, int piece, int keys, float[] q, int qo, float[] k, int ko, float[] v, int vo, float[] y, int yo, float[] lse, int lo) {
        int count = pieces(keys);
        if (piece >= count) {
            return;
        }
        int from = Gemm.start(keys, count, piece);
        int rows = Gemm.start(keys, count, piece + 1) - from;
        if (piece == 0) {
            rows(rows, q, qo, k, ko, v, vo, y, yo, lse, lo);
        } else {
            int at = b * (most - 1) + piece - 1;
            rows(rows, q, qo, k, ko + from * pitch, v, vo + from * pitch, parts, at * heads * width, sums, at * heads);
        }
    }

    private void rows(int keys, float[] q, int qo, float[] k, int ko, float[] v, int vo, float[] y, int yo, float[] lse, int lo) {
        int wide = Math.min(keys, tile);
        int line = Attention.roundUp(wide);
        int many = Attention.roundUp(heads);
        Scratch own = Scratch.own();
        float[] room = own.room(ALIGNED + heads * line + 3 * many + Math.max(3 * BLOCK, many) * W);
        int max = ALIGNED + heads * line;
        int sum = max + many;
        int added = sum + many;
        int lanes = added + many;
        Arrays.fill(room, max, sum, Float.NEGATIVE_INFINITY);
        Arrays.fill(room, sum, added, 0);
        float read = 0;
        for (int s = 0; s < keys; s += wide) {
            int count = Math.min(wide, keys - s);
            read += fetch(k, ko + s * pitch, v, vo + s * pitch, count * pitch);
            for (int i = 0; i < heads; i += Math.min(3, group - i % group)) {
                scores(i, q, qo, k, ko + s * pitch, count, room, line, lanes);
            }
            for (int i = 0; i < heads; i++) {
                float before = room[max + i];
                float now = Math.max(before, Rows.maximum(room, ALIGNED + i * line, Attention.roundUp(count), scale));
                Rows.expLanes(room, ALIGNED + i * line, scale, now, room, ALIGNED + i * line, Attention.roundUp(count), room, lanes + i * W);
                room[max + i] = now;
                if (s > 0 && now != before) {
                    float correction = (float) Math.exp(before - now);
                    room[sum + i] *= correction;
                    Rows.scale(y, yo + i * width, correction, width);
                }
            }
            LaneSums.all(room, lanes, heads, past, room, added);
            for (int i = 0; i < heads; i++) {
                room[sum + i] += room[added + i];
            }
            for (int head = 0; head < keyHeads; head++) {
                int first = head * group;
                GroupProducts.values(group, width, room, ALIGNED + first * line, line, count, v, vo + s * pitch + head * width, pitch, y, yo + first * width, s > 0);
            }
        }
        own.fetched = read;
        for (int i = 0; i < heads; i++) {
            Rows.scale(y, yo + i * width, 1 / room[sum + i], width);
        }
        Exponential.log(room, sum, room, sum, many);
        for (int i = 0; i < heads; i++) {
            lse[lo + i] = room[sum + i] + room[max + i];
        }
    }

    /** Scores of up to three heads from {@code first} on, which share a key head, with {@code keys} keys. */
    private void scores(int first, float[] q, int qo, float[] k, int ko, int keys, float[] room, int line, int lanes) {
        int rows = Math.min(3, group - first % group);
        int q0 = qo + first * width;
        int q1 = q0 + Math.min(1, rows - 1) * width;
        int q2 = q0 + (rows - 1) * width;
        for (int j = 0; j < keys; j += BLOCK) {
            int count = Math.min(BLOCK, keys - j);
            GroupProducts.scores(width, q, q0, q1, q2, k, ko + j * pitch + first / group * width, pitch, count, room, lanes, BLOCK * W);
            for (int i = 0; i < rows; i++) {
                LaneSums.all(room, lanes + i * BLOCK * W, count, past, room, ALIGNED + (first + i) * line + j);
            }
        }
    }

    /**
     * Reads a little of every cache line, at four places at a time and each in the order of memory: head by head keys and values would arrive in short pieces, each waited
     * for. The result only keeps the compiler from dropping the reads.
     */
    private static float fetch(float[] k, int ko, float[] v, int vo, int count) {
        float s0 = 0, t0 = 0, u0 = 0, w0 = 0;
        float s1 = 0, t1 = 0, u1 = 0, w1 = 0;
        int half = count / 2 + 2 * LINE - 1 & -2 * LINE; // the halves may share a few lines
        int other = count - half;
        for (int i = 0; i < half && other >= 0; i += 2 * LINE) {
            s0 += k[ko + i];
            s1 += k[ko + i + LINE];
            t0 += v[vo + i];
            t1 += v[vo + i + LINE];
            u0 += k[ko + other + i];
            u1 += k[ko + other + i + LINE];
            w0 += v[vo + other + i];
            w1 += v[vo + other + i + LINE];
        }
        return s0 + t0 + u0 + w0 + s1 + t1 + u1 + w1;
    }

    /** Adds the other pieces of sequence b, of {@code keys} valid rows, to its first. */
    void join(int b, int keys, float[] y, int yo, float[] lse, int lo) {
        int count = pieces(keys);
        if (count == 1) {
            return;
        }
        int at = b * (most - 1) * heads;
        int weights = count * heads;
        float[] room = Scratch.own().room(Attention.roundUp(weights));
        for (int i = 0; i < heads; i++) {
            float max = lse[lo + i];
            for (int piece = 1; piece < count; piece++) {
                max = Math.max(max, sums[at + (piece - 1) * heads + i]);
            }
            for (int piece = 0; piece < count; piece++) {
                room[piece * heads + i] = (piece == 0 ? lse[lo + i] : sums[at + (piece - 1) * heads + i]) - max;
            }
            lse[lo + i] = max;
        }
        Exponential.exp(room, 0, room, 0, Attention.roundUp(weights));
        for (int i = 0; i < heads; i++) {
            float sum = 0;
            for (int piece = 0; piece < count; piece++) {
                sum += room[piece * heads + i];
            }
            lse[lo + i] += (float) Math.log(sum);
            Rows.scale(y, yo + i * width, room[i] / sum, width);
            for (int piece = 1; piece < count; piece++) {
                GroupProducts.add(width, room[piece * heads + i] / sum, parts, (at + (piece - 1) * heads + i) * width, y, yo + i * width);
            }
        }
    }
}
