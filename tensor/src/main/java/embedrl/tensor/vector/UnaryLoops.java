package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Loops y[i] = f(a[i]) that take a few instructions, over whole vectors: n is a multiple of the vector length. */
final class UnaryLoops {
    static final int SIGN_BIT = 0x8000_0000;
    private static final int ONE_BITS = Float.floatToRawIntBits(1);

    private UnaryLoops() {}

    static void neg(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            x.neg().intoArray(y, yo + i);
        }
    }

    static void abs(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            x.abs().intoArray(y, yo + i);
        }
    }

    static void sign(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector one = x.reinterpretAsInts().and(SIGN_BIT).or(ONE_BITS).reinterpretAsFloats();
            x.blend(one, x.abs().compare(VectorOperators.GT, 0)).intoArray(y, yo + i);
        }
    }

    /** Elements of 2^23 and more are whole already, and NaN stays. */
    static void floor(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector cut = (FloatVector) ((IntVector) x.convertShape(VectorOperators.F2I, I, 0)).convertShape(VectorOperators.I2F, F, 0);
            FloatVector low = cut.sub(one, cut.compare(VectorOperators.GT, x));
            FloatVector signed = low.reinterpretAsInts().or(x.reinterpretAsInts().and(SIGN_BIT)).reinterpretAsFloats();
            x.blend(signed, x.abs().compare(VectorOperators.LT, 0x1p23f)).intoArray(y, yo + i);
        }
    }

    static void sqrt(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            x.sqrt().intoArray(y, yo + i);
        }
    }

    static void rsqrt(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            one.div(x.sqrt()).intoArray(y, yo + i);
        }
    }

    static void reciprocal(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            one.div(x).intoArray(y, yo + i);
        }
    }

    static void relu(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            x.max(0).intoArray(y, yo + i);
        }
    }
}
