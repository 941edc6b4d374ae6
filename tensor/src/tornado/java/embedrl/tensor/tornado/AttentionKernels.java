package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention and its gradient without a T × S matrix: blocks of 256 keys (or queries) at a time, their weights in local memory. All kernels begin with
 * [T, S, H, K, d, scale, causal, q, k, v, lengths, …] with q [B, T, H, d], k and v [B, S, K, d].
 */
final class AttentionKernels {
    static final int HEADER = 11;

    private AttentionKernels() {
    }

    /** Number of keys, from the first one, that query t sees. */
    static int visible(IntArray n, int r, int batch, int t) {
        int queries = n.get(r);
        int keys = n.get(r + 1);
        int length = n.get(n.get(r + 10) + batch);
        if (length > keys) length = keys;
        if (n.get(r + 6) != 0 && length > t + keys - queries + 1) length = t + keys - queries + 1;
        return length < 0 ? 0 : length;
    }

    /** The first query that sees key s; the number of queries if none does. */
    static int firstQuery(IntArray n, int r, int batch, int s) {
        int queries = n.get(r);
        int offset = n.get(r + 1) - queries;
        int first = 0;
        if (n.get(r + 6) != 0 && s > offset) first = s - offset;
        if (s >= n.get(n.get(r + 10) + batch)) first = queries;
        return first;
    }

    /** […, y, logSumExp, literal −∞]: a group per query and head. */
    static void forward(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] weights = c.allocateFloatLocalArray(256);
        int queries = n.get(r);
        int keys = n.get(r + 1);
        int heads = n.get(r + 2);
        int keyHeads = n.get(r + 3);
        int width = n.get(r + 4);
        float scale = a.get(n.get(r + 5));
        int position = c.groupIdx / heads;   // batch · T + t
        int head = c.groupIdx - position * heads;
        int batch = position / queries;
        int t = position - batch * queries;
        int keyHead = head / (heads / keyHeads);
        int stride = keyHeads * width;
        int q = n.get(r + 7) + c.groupIdx * width;
        int k = n.get(r + 8) + batch * keys * stride + keyHead * width;
        int v = n.get(r + 9) + batch * keys * stride + keyHead * width;
        int y = n.get(r + 11) + c.groupIdx * width;
        int seen = visible(n, r, batch, t);
        float best = 0.0f;
        float sum = 0.0f;
        for (int start = 0; start < seen; start += 256) {
            int count = seen - start;
            if (count > 256) count = 256;
            for (int j = lane; j < count; j += lanes) {
                float dot = 0.0f;
                int key = k + (start + j) * stride;
                for (int i = 0; i < width; i++) dot = dot + a.get(q + i) * a.get(key + i);
                weights[j] = scale * dot;
            }
            c.localBarrier();
            float top = weights[0];
            for (int j = 1; j < count; j++) top = Functions.max(top, weights[j]);
            if (start > 0) top = Functions.max(top, best);
            float fade = 0.0f;
            if (start > 0) fade = TornadoMath.exp(best - top);
            c.localBarrier();
            for (int j = lane; j < count; j += lanes) weights[j] = TornadoMath.exp(weights[j] - top);
            c.localBarrier();
            float part = 0.0f;
            for (int j = 0; j < count; j++) part = part + weights[j];
            sum = sum * fade + part;
            for (int i = lane; i < width; i += lanes) {
                float value = 0.0f;
                if (start > 0) value = a.get(y + i) * fade;
                int at = v + start * stride + i;
                for (int j = 0; j < count; j++) value = value + weights[j] * a.get(at + j * stride);
                a.set(y + i, value);
            }
            c.localBarrier();
            best = top;
        }
        for (int i = lane; i < width; i += lanes) {
            float value = 0.0f;
            if (seen > 0) value = a.get(y + i) / sum;
            a.set(y + i, value);
        }
        if (lane == 0) {
            float total = a.get(n.get(r + 13));
            if (seen > 0) total = best + TornadoMath.log(sum);
            a.set(n.get(r + 12) + (batch * heads + head) * queries + t, total);
        }
    }

    /** […, y, logSumExp, dy, dq, delta]: a group per query and head; delta [B, H, T] = Σ dy · y is left for the gradient of keys. */
    static void queryGradient(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] slopes = c.allocateFloatLocalArray(256);
        int queries = n.get(r);
        int keys = n.get(r + 1);
        int heads = n.get(r + 2);
        int keyHeads = n.get(r + 3);
        int width = n.get(r + 4);
        float scale = a.get(n.get(r + 5));
        int position = c.groupIdx / heads;
        int head = c.groupIdx - position * heads;
        int batch = position / queries;
        int t = position - batch * queries;
        int keyHead = head / (heads / keyHeads);
        int stride = keyHeads * width;
        int q = n.get(r + 7) + c.groupIdx * width;
        int k = n.get(r + 8) + batch * keys * stride + keyHead * width;
        int v = n.get(r + 9) + batch * keys * stride + keyHead * width;
        int y = n.get(r + 11) + c.groupIdx * width;
        int row = (batch * heads + head) * queries + t;
        int dy = n.get(r + 13) + c.groupIdx * width;
        int dq = n.get(r + 14) + c.groupIdx * width;
        int seen = visible(n, r, batch, t);
        float total = a.get(n.get(r + 12) + row);
        float delta = 0.0f;
        for (int i = 0; i < width; i++) delta = delta + a.get(dy + i) * a.get(y + i);
        if (lane == 0) a.set(n.get(r + 15) + row, delta);
        for (int i = lane; i < width; i += lanes) a.set(dq + i, 0.0f);
        for (int start = 0; start < seen; start += 256) {
            int count = seen - start;
            if (count > 256) count = 256;
            for (int j = lane; j < count; j += lanes) {
                float dot = 0.0f;
                float slope = 0.0f;
                int key = k + (start + j) * stride;
                int value = v + (start + j) * stride;
                for (int i = 0; i < width; i++) {
                    dot = dot + a.get(q + i) * a.get(key + i);
                    slope = slope + a.get(dy + i) * a.get(value + i);
                }
                slopes[j] = scale * TornadoMath.exp(scale * dot - total) * (slope - delta);
            }
            c.localBarrier();
            for (int i = lane; i < width; i += lanes) {
                float sum = a.get(dq + i);
                int at = k + start * stride + i;
                for (int j = 0; j < count; j++) sum = sum + slopes[j] * a.get(at + j * stride);
                a.set(dq + i, sum);
            }
            c.localBarrier();
        }
    }

    /** […, dk, dv, logSumExp, dy, delta]: a group per key and key head, over all queries that see the key. */
    static void keyGradient(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] slopes = c.allocateFloatLocalArray(256);
        float[] weights = c.allocateFloatLocalArray(256);
        int queries = n.get(r);
        int keys = n.get(r + 1);
        int heads = n.get(r + 2);
        int keyHeads = n.get(r + 3);
        int width = n.get(r + 4);
        float scale = a.get(n.get(r + 5));
        int position = c.groupIdx / keyHeads;   // batch · S + s
        int keyHead = c.groupIdx - position * keyHeads;
        int batch = position / keys;
        int s = position - batch * keys;
        int group = heads / keyHeads;
        int stride = heads * width;
        int k = n.get(r + 8) + c.groupIdx * width;
        int v = n.get(r + 9) + c.groupIdx * width;
        int dk = n.get(r + 11) + c.groupIdx * width;
        int dv = n.get(r + 12) + c.groupIdx * width;
        int first = firstQuery(n, r, batch, s);
        for (int i = lane; i < width; i += lanes) {
            a.set(dk + i, 0.0f);
            a.set(dv + i, 0.0f);
        }
        for (int h = keyHead * group; h < (keyHead + 1) * group; h++) {
            int q = n.get(r + 7) + (batch * queries * heads + h) * width;
            int dy = n.get(r + 14) + (batch * queries * heads + h) * width;
            int rows = (batch * heads + h) * queries;
            for (int start = first; start < queries; start += 256) {
                int count = queries - start;
                if (count > 256) count = 256;
                for (int j = lane; j < count; j += lanes) {
                    float dot = 0.0f;
                    float slope = 0.0f;
                    int query = q + (start + j) * stride;
                    int gradient = dy + (start + j) * stride;
                    for (int i = 0; i < width; i++) {
                        dot = dot + a.get(query + i) * a.get(k + i);
                        slope = slope + a.get(gradient + i) * a.get(v + i);
                    }
                    float p = TornadoMath.exp(scale * dot - a.get(n.get(r + 13) + rows + start + j));
                    weights[j] = p;
                    slopes[j] = scale * p * (slope - a.get(n.get(r + 15) + rows + start + j));
                }
                c.localBarrier();
                for (int i = lane; i < width; i += lanes) {
                    float sumK = a.get(dk + i);
                    float sumV = a.get(dv + i);
                    for (int j = 0; j < count; j++) {
                        sumK = sumK + slopes[j] * a.get(q + (start + j) * stride + i);
                        sumV = sumV + weights[j] * a.get(dy + (start + j) * stride + i);
                    }
                    a.set(dk + i, sumK);
                    a.set(dv + i, sumV);
                }
                c.localBarrier();
            }
        }
    }
}
