package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.ReferenceElementwise;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Loops y[i] = f(a[i], b[i]) over whole vectors: n is a multiple of the vector length. */
final class BinaryLoops {
    private BinaryLoops() {}

    static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.add(v).intoArray(y, yo + i);
        }
    }

    static void sub(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.sub(v).intoArray(y, yo + i);
        }
    }

    static void mul(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.mul(v).intoArray(y, yo + i);
        }
    }

    static void div(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.div(v).intoArray(y, yo + i);
        }
    }

    static void max(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.max(v).intoArray(y, yo + i);
        }
    }

    static void min(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            u.min(v).intoArray(y, yo + i);
        }
    }

    static void less(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            zero.blend(1, u.compare(VectorOperators.LT, v)).intoArray(y, yo + i);
        }
    }

    static void lessEqual(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            zero.blend(1, u.compare(VectorOperators.LE, v)).intoArray(y, yo + i);
        }
    }

    static void equal(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            zero.blend(1, u.compare(VectorOperators.EQ, v)).intoArray(y, yo + i);
        }
    }

    /** In double precision, one element at a time: the exponent's size decides how many digits the logarithm needs. */
    static void pow(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) ReferenceElementwise.power(a[ao + i], b[bo + i]);
        }
    }

    static void select(float[] condition, int co, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, b, bo + i);
            FloatVector c = FloatVector.fromArray(F, condition, co + i);
            v.blend(u, c.compare(VectorOperators.NE, 0)).intoArray(y, yo + i);
        }
    }
}
