package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/** The scalar functions that device kernels share; infinities and NaN as in the reference executor. Plain Java, inlined into kernels. */
final class Functions {
    private Functions() {
    }

    static float sign(float x) {
        return x > 0 ? 1.0f : x < 0 ? -1.0f : x;
    }

    static float max(float a, float b) {
        if (a != a) return a;   // NaN by itself: device compilers turn a comparison round as if NaN did not exist
        if (b != b) return b;
        return a > b ? a : b;
    }

    static float min(float a, float b) {
        if (a != a) return a;
        if (b != b) return b;
        return a < b ? a : b;
    }

    /** 1 or 0; NaN is below nothing. */
    static float lessEqual(float a, float b) {
        if (a != a) return 0.0f;
        if (b != b) return 0.0f;
        return a <= b ? 1.0f : 0.0f;
    }

    static float power(float a, float b) {
        return a == 1.0f ? 1.0f : TornadoMath.pow(a, b);
    }

    static float sigmoid(float x) {
        float e = TornadoMath.exp(-TornadoMath.abs(x));
        return x >= 0 ? 1.0f / (1.0f + e) : e / (1.0f + e);
    }

    static float geluTanh(float x) {
        float inner = 0.7978845608f * (x + 0.044715f * x * x * x);
        return x * sigmoid(2.0f * inner);   // (1 + tanh z) / 2 = sigmoid(2z), without cancellation for negative z
    }

    /** x/2 · erfc(−x/√2), without cancellation for negative x. */
    static float geluErf(float x) {
        float far = 0.5f * complement(TornadoMath.abs(x) * 0.70710678f, 0.5f * x * x);
        return x * (x < 0 ? far : 1.0f - far);
    }

    /** Φ(x) + x φ(x) = 1 − far or far of {@link #geluErf}, and x e^(−x²/2) / √(2π), which is nothing from |x| = 15 on. */
    static float geluErfDerivative(float x) {
        if (x != x) return x;
        float size = TornadoMath.abs(x);
        float far = 0.5f * complement(size * 0.70710678f, 0.5f * x * x);
        float density = size > 15.0f ? 0.0f : 0.39894228f * x * TornadoMath.exp(-0.5f * x * x);
        return x < 0 ? far + density : 1.0f - far + density;
    }

    static float erf(float x) {
        float size = TornadoMath.abs(x);
        if (size < 0.9f) {
            float s = x * x;
            float v = s * -1.021674780e-5f + 1.145173665e-4f;
            v = v * s - 8.508544997e-4f;
            v = v * s + 5.222611129e-3f;
            v = v * s - 2.686594613e-2f;
            v = v * s + 1.128379032e-1f;
            v = v * s - 3.761263788e-1f;
            v = v * s + 1.128379167f;
            return v * x;
        }
        float rest = 1.0f - complement(size, x * x);
        return x < 0 ? -rest : x > 0 ? rest : x;   // the last one is NaN
    }

    /** erfc(z) = e^(−z²) t W(t) with t = 1 / (1 + 0.33 z), for z ≥ 0; W is a Chebyshev fit of degree 9 with an error of 2e-8. */
    private static float complement(float z, float square) {
        float t = 1.0f / (z * 0.33f + 1.0f);
        float w = t * 5.539082363e-2f - 3.005971909e-1f;
        w = w * t + 5.711449385e-1f;
        w = w * t - 4.819304347e-1f;
        w = w * t + 4.331574738e-1f;
        w = w * t - 1.344990544e-2f;
        w = w * t + 1.937186569e-1f;
        w = w * t + 1.696062088e-1f;
        w = w * t + 1.868025959e-1f;
        w = w * t + 1.861568391e-1f;
        return z > 11.0f ? 0.0f : w * t * TornadoMath.exp(-square);
    }

    /** e^y − 1 without cancellation near 0. */
    static float expMinusOne(float y) {
        if (y > 0.5f || y < -0.5f) return TornadoMath.exp(y) - 1.0f;
        float sum = 1.0f + y * (1.0f / 9.0f);
        sum = 1.0f + y * (1.0f / 8.0f) * sum;
        sum = 1.0f + y * (1.0f / 7.0f) * sum;
        sum = 1.0f + y * (1.0f / 6.0f) * sum;
        sum = 1.0f + y * 0.2f * sum;
        sum = 1.0f + y * 0.25f * sum;
        sum = 1.0f + y * (1.0f / 3.0f) * sum;
        sum = 1.0f + y * 0.5f * sum;
        return y * sum;
    }

    /** One round of the hash behind uniform numbers. Shifts are signed and masked: device compilers get the unsigned shift of an int wrong. */
    static int mix(int x) {
        int h = (x ^ ((x >> 16) & 0xFFFF)) * 0x7FEB352D;
        h = (h ^ ((h >> 15) & 0x1FFFF)) * 0x846CA68B;
        return h ^ ((h >> 16) & 0xFFFF);
    }

    /**
     * x rounded to nearest even with a number of significant bits; below the exponent {@code lowest} the step stays as it is there; from {@code limit} on the
     * result is infinite. Done by exact scaling and integer arithmetic, since OpenCL code made from Java cannot look at the bits of a float.
     */
    static float round(float x, int bits, int lowest, float limit, float infinity) {
        float size = TornadoMath.abs(x);
        if (!(size > 0) || size > 3.4028235e38f) return x;   // zeros, NaN and infinities
        // scaled = size · 2^−exponent lies in [1, 2)
        int exponent = 0;
        float scaled = size;
        for (int k = 0; k < 8; k++) {
            int step = k < 2 ? 64 : 64 >> (k - 1);   // 64, 64, 32, …, 1: the smallest float is 2^−149
            float up = power2(step);
            float down = power2(-step);
            if (scaled >= up) {
                scaled = scaled * down;
                exponent = exponent + step;
            }
            if (scaled * up < 2.0f) {
                scaled = scaled * up;
                exponent = exponent - step;
            }
        }
        int kept = exponent < lowest ? bits - (lowest - exponent) : bits;   // fewer significant bits where steps no longer shrink
        if (kept < 0) return x < 0 ? -0.0f : 0.0f;
        int cut = 24 - kept;
        int mantissa = (int) (scaled * 8388608.0f);   // 2^23: exact
        int half = 1 << (cut - 1);
        int odd = (mantissa >> cut) & 1;
        int whole = (mantissa + half - 1 + odd) >> cut;
        float rounded = (float) whole;
        int shift = exponent - 23 + cut;
        for (int k = 0; k < 8; k++) {
            int step = k < 2 ? 64 : 64 >> (k - 1);
            if (shift >= step) {
                rounded = rounded * power2(step);
                shift = shift - step;
            }
            if (shift <= -step) {
                rounded = rounded * power2(-step);
                shift = shift + step;
            }
        }
        if (rounded >= limit) rounded = infinity;
        return x < 0 ? -rounded : rounded;
    }

    private static float power2(int exponent) {
        float result = 1.0f;
        float base = exponent < 0 ? 0.5f : 2.0f;
        int times = exponent < 0 ? -exponent : exponent;
        for (int i = 0; i < times; i++) result = result * base;
        return result;
    }
}
