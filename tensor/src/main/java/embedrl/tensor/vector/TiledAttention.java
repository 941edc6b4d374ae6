package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.UnaryKind;
import java.util.Arrays;

/**
 * Attention of some queries of one head. Keys and values of a tile are packed once for all of them; the scores of some queries then stay in the
 * nearest caches from their product with the keys, over the softmax, to the product with the values. For each panel of queries neither product goes beyond the last key that one of them sees.
 */
final class TiledAttention {
    /** Keys of a tile. */
    static final int KEYS = 512;

    private static final int SCORES = 12 << 10; // computed together: they stay in the first-level cache or near it
    private static final int SHORT = 2 * NR; // scores of a row for which lines do not pay
    private static final int MOST_LINES = 96; // rows computed together that lie in lines, which take much room

    private final Attention a;
    private final int line;    // scores of a query
    private final int high;    // queries whose scores are computed together
    private final int columns; // of a value, as strips hold them
    private final boolean lines; // whether queries and scores stand in lines

    // Where things lie in the thread's working array.
    private final int queryLines;
    private final int keyStrips;
    private final int valueStrips;
    private final int tile;
    private final int max;

    TiledAttention(Attention attention) {
        this.a = attention;
        int wide = Math.min(KEYS, attention.keys);
        lines = lines(attention.width, wide);
        line = lines ? LineTiles.LINE : Gemm.roundUp(wide, NR);
        columns = Gemm.roundUp(attention.width, NR);
        high = high(lines, wide);
        queryLines = ALIGNED + high * line;
        keyStrips = queryLines + (lines ? LineTiles.room(high) : 0);
        valueStrips = keyStrips + Gemm.roundUp(wide, NR) * attention.width;
        tile = valueStrips + columns * wide;
        max = tile + MR * NR;
    }

    /** Whether rows of {@code width} elements are copied to lines before they are multiplied, and their {@code wide} scores stand in lines. */
    static boolean lines(int width, int wide) {
        return LineTiles.USED && width <= LineTiles.LONGEST && wide > SHORT;
    }

    /** How many rows of {@code wide} scores are computed together. */
    static int high(boolean lines, int wide) {
        return Math.clamp(SCORES / (MR * Math.max(1, Gemm.roundUp(wide, NR))), 1, lines ? MOST_LINES / MR : Integer.MAX_VALUE) * MR;
    }

    /** {@code rows} queries, row i at {@code i * stride} and standing at token {@code first + i * step}. */
    void forward(int b, int head, int rows, int first, int step, int stride, int length, float[] q, int qAt, float[] k, int ko, float[] v, int vo, float[] y, int yAt,
            float[] lse, int lAt) {
        int seen = a.visible(length, first + (rows - 1) * step);
        if (seen == 0) {
            a.clear(rows, stride, y, yAt, lse, lAt);
            return;
        }
        float[] room = Scratch.own().room(max + 2 * rows);
        int sum = max + rows;
        Arrays.fill(room, max, sum, Float.NEGATIVE_INFINITY);
        Arrays.fill(room, sum, sum + rows, 0);
        int pitch = a.keyHeads * a.width;
        for (int s = 0; s < seen; s += KEYS) {
            int count = Math.min(KEYS, seen - s);
            Packing.strips(k, ko + a.keyAt(b, s, head), 1, pitch, count, a.width, room, keyStrips);
            Packing.strips(v, vo + a.keyAt(b, s, head), pitch, 1, a.width, count, room, valueStrips);
            for (int i = 0; i < rows; i += high) {
                int end = Math.min(rows, i + high);
                scores(i, end, first, step, length, s, count, q, qAt, stride, room);
                for (int j = i; j < end; j += MR) {
                    int few = Math.min(MR, end - j);
                    int most = a.visible(length, first + (j + few - 1) * step, s, count);
                    int at = ALIGNED + (j - i) * line;
                    if (most > 0) {
                        for (int r = 0; r < few; r++) {
                            float correction = probabilities(room, at + r * line, a.visible(length, first + (j + r) * step, s, count), max + j + r, sum + j + r);
                            if (s > 0 && correction != 1) {
                                Rows.scale(y, yAt + (j + r) * stride, correction, a.width);
                            }
                        }
                        StripProduct.overDepth(lines, few, a.width, room, at, line, room, valueStrips, count, 0, most, y, yAt + j * stride, stride, s > 0, room, tile);
                    } else if (s == 0) {
                        a.clear(few, stride, y, yAt + j * stride);
                    }
                }
            }
        }
        for (int i = 0; i < rows; i++) {
            float total = room[sum + i];
            Rows.scale(y, yAt + i * stride, total == 0 ? 0 : 1 / total, a.width);
        }
        VectorMath.unary(UnaryKind.LOG, room, sum, room, sum, rows);
        VectorMath.binary(BinaryKind.ADD, room, sum, room, max, lse, lAt, rows);
    }

    /** Products of some queries with the keys of a tile that they see, padded. A strip of keys meets all of the queries before the next one. */
    private void scores(int from, int to, int first, int step, int length, int s, int count, float[] q, int qAt, int stride, float[] room) {
        if (lines) {
            LineTiles.copy(q, qAt + from * stride, stride, to - from, a.width, room, queryLines);
        }
        for (int c = 0; c < count; c += NR) {
            for (int i = from; i < to; i += MR) {
                int few = Math.min(MR, to - i);
                int most = a.visible(length, first + (i + few - 1) * step, s, count);
                if (c < most) {
                    int at = lines ? queryLines + (i - from) * LineTiles.LINE : qAt + i * stride;
                    StripProduct.columns(lines, few, c, most, lines ? room : q, at, stride, room, keyStrips, a.width, room, ALIGNED + (i - from) * line, line);
                }
            }
        }
        for (int i = from; i < to; i++) { // long before they are read: a vector over what was just written element by element would wait for it
            int panel = Math.min(i + MR - 1 - (i - from) % MR, to - 1);
            a.pad(room, ALIGNED + (i - from) * line, a.visible(length, first + i * step, s, count), a.visible(length, first + panel * step, s, count));
        }
    }

    /** Scores of one query become exp(score - maximum); returns what earlier sums must be multiplied with. */
    private float probabilities(float[] room, int at, int own, int max, int sum) {
        if (own == 0) {
            return 1;
        }
        int padded = Attention.roundUp(own);
        float before = room[max];
        float now = Math.max(before, Rows.maximum(room, at, padded, a.scale));
        float correction = before == now || room[sum] == 0 ? 1 : (float) Math.exp(before - now);
        room[max] = now;
        room[sum] = room[sum] * correction + Rows.expSumVectors(room, at, a.scale, now, room, at, padded);
        return correction;
    }
}
