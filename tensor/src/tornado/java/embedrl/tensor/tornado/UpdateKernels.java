package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Optimizer steps, in place. */
final class UpdateKernels {
    private UpdateKernels() {
    }

    /**
     * [count, p, g, m, v, rate, step, scale, p', m', v', literals of β₁, 1 − β₁, ln β₁, β₂, 1 − β₂, ln β₂, ε, decay in a row]. The correction 1 − βᵗ is computed as
     * −(e^(t ln β) − 1), which keeps its digits for β near 1.
     */
    static void adamW(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int literals = n.get(r + 11);
            float rate = a.get(n.get(r + 5));
            float step = a.get(n.get(r + 6));
            float g = a.get(n.get(r + 2) + i) * a.get(n.get(r + 7));
            float m = a.get(literals) * a.get(n.get(r + 3) + i) + a.get(literals + 1) * g;
            float v = a.get(literals + 3) * a.get(n.get(r + 4) + i) + a.get(literals + 4) * g * g;
            float correction1 = -Functions.expMinusOne(step * a.get(literals + 2));
            float correction2 = -Functions.expMinusOne(step * a.get(literals + 5));
            float p = a.get(n.get(r + 1) + i);
            p = p - rate * a.get(literals + 7) * p;
            p = p - rate * (m / correction1) / (TornadoMath.sqrt(v / correction2) + a.get(literals + 6));
            a.set(n.get(r + 8) + i, p);
            a.set(n.get(r + 9) + i, m);
            a.set(n.get(r + 10) + i, v);
        }
    }
}
