package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Gradient of {@link Attention}: with P = exp(scale · q kᵀ - lse) and D = rowsum(dy ∘ y): dv = Pᵀ dy, dS = scale · P ∘ (dy vᵀ - D),
 * dq = dS k, dk = dSᵀ q. The pieces are pairs of a sequence and a key head, which add up their query heads and tiles in a fixed order.
 */
public final class AttentionBackward {
    private final Attention a;

    public AttentionBackward(Attention attention) {
        this.a = attention;
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
        int pitch = a.keyHeads * a.width;
        clear(a.keys, pitch, o.dk, o.dko + a.keyAt(b, 0, head));
        clear(a.keys, pitch, o.dv, o.dvo + a.keyAt(b, 0, head));
        for (int h = head * group; h < (head + 1) * group; h++) {
            for (int t = 0; t < a.queries; t += Attention.QUERIES) {
                tile(b, head, h, t, Math.min(Attention.QUERIES, a.queries - t), o);
            }
        }
    }

    private void clear(int rows, int pitch, float[] x, int at) {
        for (int i = 0; i < rows; i++) {
            Arrays.fill(x, at + i * pitch, at + i * pitch + a.width, 0);
        }
    }

    private void tile(int b, int head, int h, int first, int rows, Operands o) {
        int pitch = a.keyHeads * a.width;
        int stride = a.heads * a.width;
        int at = a.queryAt(b, first, h);
        int length = o.lengths[o.lengthsAt + b];
        int seen = a.visible(length, first + rows - 1);
        if (seen == 0) {
            clear(rows, stride, o.dq, o.dqo + at);
            return;
        }
        int wide = Math.min(Attention.KEYS, seen);
        int line = Attention.roundUp(wide);
        float[] room = Scratch.own().room(2 * rows * line + rows);
        int other = rows * line;
        int delta = 2 * other;
        for (int i = 0; i < rows; i++) {
            room[delta + i] = Gemv.dot(o.dy, o.dyo + at + i * stride, o.y, o.yo + at + i * stride, a.width);
        }
        for (int s = 0; s < seen; s += wide) {
            int count = Math.min(wide, seen - s);
            int key = a.keyAt(b, s, head);
            Gemm.gemm(WorkPool.INLINE, rows, count, a.width, o.q, o.qo + at, stride, 1, o.k, o.ko + key, 1, pitch, room, 0, line, false);
            Gemm.gemm(WorkPool.INLINE, rows, count, a.width, o.dy, o.dyo + at, stride, 1, o.v, o.vo + key, 1, pitch, room, other, line, false);
            for (int i = 0; i < rows; i++) {
                int own = Math.clamp(a.visible(length, first + i) - (long) s, 0, count);
                int at0 = i * line;
                if (own > 0) {
                    Rows.expSumVectors(room, at0, a.scale, o.lse[o.lo + a.rowAt(b, h, first + i)], room, at0, a.pad(room, at0, own, count));
                }
                scores(room, at0, other + at0, room[delta + i], a.scale, own);
                Arrays.fill(room, at0 + own, at0 + count, 0);
                Arrays.fill(room, other + at0 + own, other + at0 + count, 0);
            }
            Gemm.gemm(WorkPool.INLINE, count, a.width, rows, room, 0, 1, line, o.dy, o.dyo + at, stride, 1, o.dv, o.dvo + key, pitch, true);
            Gemm.gemm(WorkPool.INLINE, count, a.width, rows, room, other, 1, line, o.q, o.qo + at, stride, 1, o.dk, o.dko + key, pitch, true);
            Gemm.gemm(WorkPool.INLINE, rows, a.width, count, room, other, line, 1, o.k, o.ko + key, pitch, 1, o.dq, o.dqo + at, stride, s > 0);
        }
    }

    /** x[at..] becomes p · (x - delta) · scale with p at {@code probability}. */
    private static void scores(float[] x, int probability, int at, float delta, float scale, int n) {
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector p = FloatVector.fromArray(F, x, probability + i).mul(scale);
            FloatVector.fromArray(F, x, at + i).sub(delta).mul(p).intoArray(x, at + i);
        }
        for (; i < n; i++) {
            x[at + i] = (x[at + i] - delta) * (x[probability + i] * scale);
        }
    }
}
