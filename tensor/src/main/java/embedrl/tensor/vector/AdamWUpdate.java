package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.UpdateOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One step of AdamW in a single pass. Squares of gradients and second moments that would be denormal count as zero: they cannot be told
 * from it beside ε, and arithmetic on them is several times slower.
 */
public final class AdamWUpdate {
    private static final float SMALLEST_GRADIENT = 1e-17f;
    private static final float SMALLEST_MOMENT = 1e-35f;

    private final float beta1;
    private final float beta2;
    private final float epsilon;
    private final float weightDecay;
    private float scale;
    private float keep; // 1 - lr · decay
    private float rate; // lr / (1 - β₁ᵗ)
    private float correction; // 1 / √(1 - β₂ᵗ)

    public AdamWUpdate(UpdateOp.AdamW op) {
        beta1 = op.beta1();
        beta2 = op.beta2();
        epsilon = op.epsilon();
        weightDecay = op.weightDecay();
    }

    /** Sets what changes from step to step; {@code step} counts from 1. */
    public void begin(float learningRate, float step, float gradientScale) {
        scale = gradientScale;
        keep = (float) (1 - (double) learningRate * weightDecay);
        rate = (float) (learningRate / (1 - Math.pow(beta1, step)));
        correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
    }

    /** The arrays of one update; results may be their own operands. */
    public record Operands(float[] p, int po, float[] g, int go, float[] m, int mo, float[] v, int vo, float[] newP, int npo, float[] newM, int nmo,
            float[] newV, int nvo) {}

    /** Updates elements from (inclusive) to (exclusive). */
    public void run(Operands o, int from, int to) {
        int whole = from + Lanes.floor(to - from);
        vectors(o.p, o.po, o.g, o.go, o.m, o.mo, o.v, o.vo, o.newP, o.npo, o.newM, o.nmo, o.newV, o.nvo, from, whole);
        for (int i = whole; i < to; i++) {
            float g = o.g[o.go + i] * scale;
            float square = Math.abs(g) < SMALLEST_GRADIENT ? 0 : g * g;
            float m = Math.fma(o.m[o.mo + i], beta1, g * (1 - beta1));
            float v = Math.fma(o.v[o.vo + i], beta2, square * (1 - beta2));
            v = v < SMALLEST_MOMENT ? 0 : v;
            o.newM[o.nmo + i] = m;
            o.newV[o.nvo + i] = v;
            float size = Math.fma((float) Math.sqrt(v), correction, epsilon);
            o.newP[o.npo + i] = Math.fma(o.p[o.po + i], keep, -(m * rate / size));
        }
    }

    private void vectors(float[] p, int po, float[] g, int go, float[] m, int mo, float[] v, int vo, float[] newP, int npo, float[] newM, int nmo,
            float[] newV, int nvo, int from, int to) {
        FloatVector b1 = FloatVector.broadcast(F, beta1);
        FloatVector b2 = FloatVector.broadcast(F, beta2);
        FloatVector eps = FloatVector.broadcast(F, epsilon);
        FloatVector root = FloatVector.broadcast(F, correction);
        FloatVector kept = FloatVector.broadcast(F, keep);
        for (int i = from; i < to; i += W) {
            FloatVector x = FloatVector.fromArray(F, g, go + i).mul(scale);
            FloatVector first = FloatVector.fromArray(F, m, mo + i).fma(b1, x.mul(1 - beta1));
            x = x.blend(0, x.abs().compare(VectorOperators.LT, SMALLEST_GRADIENT));
            FloatVector second = FloatVector.fromArray(F, v, vo + i).fma(b2, x.mul(x).mul(1 - beta2));
            second = second.blend(0, second.compare(VectorOperators.LT, SMALLEST_MOMENT));
            FloatVector size = second.sqrt().fma(root, eps);
            FloatVector old = FloatVector.fromArray(F, p, po + i);
            old.fma(kept, first.mul(rate).div(size).neg()).intoArray(newP, npo + i);
            first.intoArray(newM, nmo + i);
            second.intoArray(newV, nvo + i);
        }
    }
}
