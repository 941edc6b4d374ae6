package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Attention and its gradient for processors, with the parameters of {@link AttentionKernels}: an item per query (or key) and head, which goes along heads in vectors of 16
 * elements. The width of a head must be a multiple of 16.
 */
final class VectorAttentionKernels {
    private VectorAttentionKernels() {
    }

    /** […, y, logSumExp, literal −∞]: an item per query and head. */
    static void forward(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
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
        int stride = keyHeads * width;
        int first = batch * keys * stride + head / (heads / keyHeads) * width;
        int q = n.get(r + 7) + c.groupIdx * width;
        int k = n.get(r + 8) + first;
        int v = n.get(r + 9) + first;
        int y = n.get(r + 11) + c.groupIdx * width;
        int seen = AttentionKernels.visible(n, r, batch, t);
        float best = 0.0f;
        float sum = 0.0f;
        for (int i = 0; i < width; i += 16) Vectors.store(a, y + i, Vectors.zeros());
        for (int start = 0; start < seen; start += 256) {
            int count = seen - start;
            if (count > 256) count = 256;
            float top = scale * Vectors.dot(a, q, k + start * stride, width);
            weights[0] = top;
            for (int j = 1; j < count; j++) {
                float score = scale * Vectors.dot(a, q, k + (start + j) * stride, width);
                weights[j] = score;
                top = Functions.max(top, score);
            }
            float fade = 0.0f;
            if (start > 0) {
                top = Functions.max(top, best);
                fade = TornadoMath.exp(best - top);
            }
            float part = 0.0f;
            for (int j = 0; j < count; j++) {
                float weight = TornadoMath.exp(weights[j] - top);
                weights[j] = weight;
                part = part + weight;
            }
            sum = sum * fade + part;
            for (int i = 0; i < width; i += 16) {
                Float16 value = Float16.mult(Vectors.load(a, y + i), fade);
                int at = v + start * stride + i;
                for (int j = 0; j < count; j++) {
                    value = Float16.add(value, Float16.mult(Vectors.load(a, at), weights[j]));
                    at = at + stride;
                }
                Vectors.store(a, y + i, value);
            }
            best = top;
        }
        float total = a.get(n.get(r + 13));
        if (seen > 0) {
            for (int i = 0; i < width; i += 16) Vectors.store(a, y + i, Float16.div(Vectors.load(a, y + i), sum));
            total = best + TornadoMath.log(sum);
        }
        a.set(n.get(r + 12) + (batch * heads + head) * queries + t, total);
    }

    /** […, y, logSumExp, dy, dq, delta]: an item per query and head; delta [B, H, T] = Σ dy · y is left for the gradient of keys. */
    static void queryGradient(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
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
        int stride = keyHeads * width;
        int first = batch * keys * stride + head / (heads / keyHeads) * width;
        int q = n.get(r + 7) + c.groupIdx * width;
        int k = n.get(r + 8) + first;
        int v = n.get(r + 9) + first;
        int row = (batch * heads + head) * queries + t;
        int dy = n.get(r + 13) + c.groupIdx * width;
        int dq = n.get(r + 14) + c.groupIdx * width;
        int seen = AttentionKernels.visible(n, r, batch, t);
        float total = a.get(n.get(r + 12) + row);
        float delta = Vectors.dot(a, dy, n.get(r + 11) + c.groupIdx * width, width);
        a.set(n.get(r + 15) + row, delta);
        for (int i = 0; i < width; i += 16) Vectors.store(a, dq + i, Vectors.zeros());
        for (int start = 0; start < seen; start += 256) {
            int count = seen - start;
            if (count > 256) count = 256;
            for (int j = 0; j < count; j++) {
                float dot = Vectors.dot(a, q, k + (start + j) * stride, width);
                float slope = Vectors.dot(a, dy, v + (start + j) * stride, width);
                slopes[j] = scale * TornadoMath.exp(scale * dot - total) * (slope - delta);
            }
            for (int i = 0; i < width; i += 16) {
                Float16 sum = Vectors.load(a, dq + i);
                int at = k + start * stride + i;
                for (int j = 0; j < count; j++) {
                    sum = Float16.add(sum, Float16.mult(Vectors.load(a, at), slopes[j]));
                    at = at + stride;
                }
                Vectors.store(a, dq + i, sum);
            }
        }
    }

    /** […, dk, dv, logSumExp, dy, delta]: an item per key and key head, over all queries that see the key. */
    static void keyGradient(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        float[] slopes = c.allocateFloatLocalArray(256);
        float[] weights = c.allocateFloatLocalArray(256);
        int queries = n.get(r);
        int heads = n.get(r + 2);
        int keyHeads = n.get(r + 3);
        int width = n.get(r + 4);
        float scale = a.get(n.get(r + 5));
        int position = c.groupIdx / keyHeads;   // batch · S + s
        int keyHead = c.groupIdx - position * keyHeads;
        int batch = position / n.get(r + 1);
        int group = heads / keyHeads;
        int stride = heads * width;
        int k = n.get(r + 8) + c.groupIdx * width;
        int v = n.get(r + 9) + c.groupIdx * width;
        int dk = n.get(r + 11) + c.groupIdx * width;
        int dv = n.get(r + 12) + c.groupIdx * width;
        int first = AttentionKernels.firstQuery(n, r, batch, position - batch * n.get(r + 1));
        for (int i = 0; i < width; i += 16) {
            Vectors.store(a, dk + i, Vectors.zeros());
            Vectors.store(a, dv + i, Vectors.zeros());
        }
        for (int h = keyHead * group; h < (keyHead + 1) * group; h++) {
            int q = n.get(r + 7) + (batch * queries * heads + h) * width;
            int dy = n.get(r + 14) + (batch * queries * heads + h) * width;
            int rows = (batch * heads + h) * queries;
            for (int start = first; start < queries; start += 256) {
                int count = queries - start;
                if (count > 256) count = 256;
                for (int j = 0; j < count; j++) {
                    float dot = Vectors.dot(a, q + (start + j) * stride, k, width);
                    float slope = Vectors.dot(a, dy + (start + j) * stride, v, width);
                    float p = TornadoMath.exp(scale * dot - a.get(n.get(r + 13) + rows + start + j));
                    weights[j] = p;
                    slopes[j] = scale * p * (slope - a.get(n.get(r + 15) + rows + start + j));
                }
                for (int i = 0; i < width; i += 16) {
                    Float16 sumK = Vectors.load(a, dk + i);
                    Float16 sumV = Vectors.load(a, dv + i);
                    int at = start * stride + i;
                    for (int j = 0; j < count; j++) {
                        sumK = Float16.add(sumK, Float16.mult(Vectors.load(a, q + at), slopes[j]));
                        sumV = Float16.add(sumV, Float16.mult(Vectors.load(a, dy + at), weights[j]));
                        at = at + stride;
                    }
                    Vectors.store(a, dk + i, sumK);
                    Vectors.store(a, dv + i, sumV);
                }
            }
        }
    }
}
