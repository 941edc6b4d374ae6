package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import java.util.Arrays;

/**
 * Gradient of {@link Attention}: with P = exp(scale · q kᵀ - lse) and D = rowsum(dy ∘ y): dv = Pᵀ dy, dS = scale · P ∘ (dy vᵀ - D),
 * dq = dS k, dk = dSᵀ q. The pieces are pairs of a sequence and a key head, which add up their query heads and tiles in a fixed order.
 *
 * <p>Scores are computed transposed, a few keys by all queries of a tile that see one of them: their rows of P and dS are then left operands of dv and dk as they stand,
 * and only dS is packed, once, for dq.
 */
public final class AttentionBackward {
    private static final int QUERIES = 252; // of a tile: a multiple of the rows of a panel, as are the keys
    private static final int KEYS = 192;

    private final Attention a;
    private final int pitch;   // from a key to the next
    private final int stride;  // from a query to the next
    private final int line;    // scores of a key
    private final int high;    // keys whose scores are computed together
    private final int columns; // of a head, as strips hold them
    private final boolean lines; // whether keys, values and scores stand in lines

    // Where things lie in the thread's working array. The panels of dS come first.
    private final int queriesAcross; // strips of qᵀ, dyᵀ, q, dy and k
    private final int gradientsAcross;
    private final int queryStrips;
    private final int gradientStrips;
    private final int keyStrips;
    private final int probabilities; // P and dS, transposed
    private final int scores;
    private final int keyLines;
    private final int lse;           // of the tile's queries, negative, and D
    private final int delta;
    private final int tile;
    private final int size;

    public AttentionBackward(Attention attention) {
        this.a = attention;
        pitch = a.keyHeads * a.width;
        stride = a.heads * a.width;
        int most = Math.min(QUERIES, a.queries);
        int wide = Math.min(KEYS, a.keys);
        int across = Gemm.roundUp(most, NR);
        lines = TiledAttention.lines(a.width, most);
        line = lines ? LineTiles.LINE : across;
        high = TiledAttention.high(lines, most);
        columns = Gemm.roundUp(a.width, NR);
        queriesAcross = (((across + MR) * wide + W) & -W) + ALIGNED;
        gradientsAcross = queriesAcross + across * a.width;
        queryStrips = gradientsAcross + across * a.width;
        gradientStrips = queryStrips + columns * most;
        keyStrips = gradientStrips + columns * most;
        probabilities = keyStrips + columns * wide;
        scores = probabilities + high * line;
        keyLines = scores + (wide + MR) * line;
        lse = keyLines + (lines ? LineTiles.room(high) : 0);
        delta = lse + across;
        tile = delta + across;
        size = tile + MR * NR;
    }

    /** Number of independent pieces of {@link #backward}. */
    public int parts() {
        return a.batches * a.keyHeads;
    }

    /** The arrays of one call. {@code lengths} begins at {@code lengthsAt}, every other array at the offset beside it. */
    public record Operands(float[] q, int qo, float[] k, int ko, float[] v, int vo, int[] lengths, int lengthsAt, float[] y, int yo, float[] lse,
            int lo, float[] dy, int dyo, float[] dq, int dqo, float[] dk, int dko, float[] dv, int dvo) {}

    /** One piece: writes dk and dv of one key head, and dq of its query heads, for one sequence. */
    public void backward(int part, Operands o) {
        int b = part / a.keyHeads;
        int head = part % a.keyHeads;
        int group = a.heads / a.keyHeads;
        float[] room = Scratch.own().room(size);
        if (a.queries == 0 || group == 0) {
            clear(b, head, 0, a.keys, o);
        }
        for (int h = head * group; h < (head + 1) * group; h++) {
            for (int t = 0; t < a.queries; t += QUERIES) {
                tile(b, head, h, t, Math.min(QUERIES, a.queries - t), h == head * group && t == 0, o, room);
            }
        }
    }

    /** Sets dk and dv of some keys to zero. */
    private void clear(int b, int head, int from, int to, Operands o) {
        a.clear(to - from, pitch, o.dk, o.dko + a.keyAt(b, from, head));
        a.clear(to - from, pitch, o.dv, o.dvo + a.keyAt(b, from, head));
    }

    /** Some queries of one head. {@code fresh}: nothing has been written to dk and dv yet. */
    private void tile(int b, int head, int h, int first, int rows, boolean fresh, Operands o, float[] room) {
        int at = a.queryAt(b, first, h);
        int length = o.lengths[o.lengthsAt + b];
        int seen = a.visible(length, first + rows - 1);
        if (fresh) {
            clear(b, head, seen, a.keys, o);
        }
        if (seen == 0) {
            a.clear(rows, stride, o.dq, o.dqo + at);
            return;
        }
        Packing.strips(o.q, o.qo + at, 1, stride, rows, a.width, room, queriesAcross);
        Packing.strips(o.dy, o.dyo + at, 1, stride, rows, a.width, room, gradientsAcross);
        Packing.strips(o.q, o.qo + at, stride, 1, a.width, rows, room, queryStrips);
        Packing.strips(o.dy, o.dyo + at, stride, 1, a.width, rows, room, gradientStrips);
        Arrays.fill(room, lse + rows, delta, 0);
        for (int i = 0; i < rows; i++) {
            room[lse + i] = -o.lse[o.lo + a.rowAt(b, h, first) + i];
            room[delta + i] = Gemv.dot(o.dy, o.dyo + at + i * stride, o.y, o.yo + at + i * stride, a.width);
        }
        for (int s = 0; s < seen; s += KEYS) {
            int count = Math.min(KEYS, seen - s);
            for (int i = 0; i < count; i += high) {
                keys(b, head, first, rows, s + i, s + Math.min(count, i + high), scores + i * line, fresh, o, room);
            }
            Packing.strips(o.k, o.ko + a.keyAt(b, s, head), pitch, 1, a.width, count, room, keyStrips);
            Packing.panels(room, scores, 1, line, rows, count, room);
            for (int i = 0; i < rows; i += MR) {
                int few = Math.min(MR, rows - i);
                int most = a.visible(length, first + i + few - 1, s, count);
                if (most > 0) {
                    StripProduct.panel(few, a.width, room, i * count, room, keyStrips, count, most, o.dq, o.dqo + at + i * stride, stride, s > 0, room, tile);
                } else if (s == 0) {
                    a.clear(few, stride, o.dq, o.dqo + at + i * stride);
                }
            }
        }
    }

    /** Keys s up to {@code end}: their rows of dS, from {@code ds} on in the working array, and what the tile's queries add to their dk and dv. */
    private void keys(int b, int head, int first, int rows, int s, int end, int ds, boolean fresh, Operands o, float[] room) {
        int key = a.keyAt(b, s, head);
        products(first, rows, s, end, o.k, o.ko + key, room, queriesAcross, probabilities);
        products(first, rows, s, end, o.v, o.vo + key, room, gradientsAcross, ds);
        for (int j = s; j < end; j++) {
            int from = Lanes.floor(seenFrom(j - (j - s) % MR, first, rows));
            int own = seenFrom(j, first, rows);
            int p = probabilities + (j - s) * line;
            int d = ds + (j - s) * line;
            Rows.probabilityGradients(room, p, d, lse, delta, a.scale, from, rows);
            Arrays.fill(room, p + from, p + Math.max(from, own), 0);
            Arrays.fill(room, d + Math.max(0, from - MR), d + own, 0); // the queries of a panel are read together
        }
        add(first, rows, s, end, room, probabilities, gradientStrips, o.dv, o.dvo + key, fresh);
        add(first, rows, s, end, room, ds, queryStrips, o.dk, o.dko + key, fresh);
    }

    /** Rows of keys or values times the queries or their gradients that see one of a panel. A strip meets all rows before the next one. */
    private void products(int first, int rows, int s, int end, float[] x, int xo, float[] room, int strips, int to) {
        if (lines) {
            LineTiles.copy(x, xo, pitch, end - s, a.width, room, keyLines);
        }
        for (int c = 0; c < rows; c += NR) {
            for (int j = s; j < end; j += MR) {
                int from = Math.max(c, Lanes.floor(seenFrom(j, first, rows)));
                if (from < Math.min(rows, c + NR)) {
                    int at = lines ? keyLines + (j - s) * LineTiles.LINE : xo + (j - s) * pitch;
                    StripProduct.columns(lines, Math.min(MR, end - j), from, rows, lines ? room : x, at, pitch, room, strips, a.width, room, to + (j - s) * line, line);
                }
            }
        }
    }

    /** Adds transposed scores of keys s up to {@code end}, from {@code at} on, times queries or their gradients to x, where these keys begin at {@code xo}. */
    private void add(int first, int rows, int s, int end, float[] room, int at, int strips, float[] x, int xo, boolean fresh) {
        for (int j = s; j < end; j += MR) {
            int from = Lanes.floor(seenFrom(j, first, rows)); // before the last query: that one sees all keys up to the end
            StripProduct.overDepth(lines, Math.min(MR, end - j), a.width, room, at + (j - s) * line + from, line, room, strips, rows, from, rows - from, x, xo + (j - s) * pitch, pitch, !fresh,
                    room, tile);
        }
    }

    /** The first of a tile's queries that sees key s, if it is valid. */
    private int seenFrom(int s, int first, int rows) {
        return a.causal ? Math.clamp(s - (a.keys - a.queries) - (long) first, 0, rows) : 0;
    }
}
