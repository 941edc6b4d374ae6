package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.UnaryKind;
import java.util.Arrays;

/**
 * The elementwise functions over runs of arrays: y[i] = f(a[i]) and y[i] = f(a[i], b[i]). An operand may be the result's own run. Results
 * are within 4 units in the last place of the exact value, over the full range with infinities, NaN and denormals; the GELU functions are
 * within 8 of them where |x| ≤ 2, and lose digits with x² in their vanishing tail; the derivative of GELU loses digits near its zero at -0.75 too.
 */
public final class VectorMath {
    private VectorMath() {}

    /** y[yo..yo+n) = kind(a[ao..ao+n)). */
    public static void unary(UnaryKind kind, float[] a, int ao, float[] y, int yo, int n) {
        int whole = Lanes.floor(n);
        if (whole > 0) {
            vectors(kind, a, ao, y, yo, whole);
        }
        if (whole < n) {
            float[] tail = Scratch.own().tail;
            load(a, ao + whole, n - whole, tail, 0);
            vectors(kind, tail, 0, tail, 0, W);
            System.arraycopy(tail, 0, y, yo + whole, n - whole);
        }
    }

    /** y[yo..yo+n) = kind(a[ao..ao+n), b[bo..bo+n)). */
    public static void binary(BinaryKind kind, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        int whole = Lanes.floor(n);
        if (whole > 0) {
            vectors(kind, a, ao, b, bo, y, yo, whole);
        }
        if (whole < n) {
            float[] tail = Scratch.own().tail;
            load(a, ao + whole, n - whole, tail, 0);
            load(b, bo + whole, n - whole, tail, W);
            vectors(kind, tail, 0, tail, W, tail, 0, W);
            System.arraycopy(tail, 0, y, yo + whole, n - whole);
        }
    }

    /** y[i] = condition[i] ≠ 0 ? a[i] : b[i] for n elements. */
    public static void select(float[] condition, int co, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        int whole = Lanes.floor(n);
        BinaryLoops.select(condition, co, a, ao, b, bo, y, yo, whole);
        for (int i = whole; i < n; i++) {
            y[yo + i] = condition[co + i] != 0 ? a[ao + i] : b[bo + i];
        }
    }

    private static void load(float[] from, int at, int count, float[] tail, int to) {
        System.arraycopy(from, at, tail, to, count);
        Arrays.fill(tail, to + count, to + W, 1);
    }

    private static void vectors(UnaryKind kind, float[] a, int ao, float[] y, int yo, int n) {
        switch (kind) {
            case NEG -> UnaryLoops.neg(a, ao, y, yo, n);
            case ABS -> UnaryLoops.abs(a, ao, y, yo, n);
            case SIGN -> UnaryLoops.sign(a, ao, y, yo, n);
            case FLOOR -> UnaryLoops.floor(a, ao, y, yo, n);
            case SQUARE -> BinaryLoops.mul(a, ao, a, ao, y, yo, n);
            case SQRT -> UnaryLoops.sqrt(a, ao, y, yo, n);
            case RSQRT -> UnaryLoops.rsqrt(a, ao, y, yo, n);
            case RECIPROCAL -> UnaryLoops.reciprocal(a, ao, y, yo, n);
            case RELU -> UnaryLoops.relu(a, ao, y, yo, n);
            case EXP -> Exponential.exp(a, ao, y, yo, n);
            case LOG -> Exponential.log(a, ao, y, yo, n);
            case SIN -> Trigonometry.sin(a, ao, y, yo, n);
            case COS -> Trigonometry.cos(a, ao, y, yo, n);
            case TANH -> Sigmoids.tanh(a, ao, y, yo, n);
            case SIGMOID -> Sigmoids.sigmoid(a, ao, y, yo, n);
            case SILU -> Sigmoids.silu(a, ao, y, yo, n);
            case GELU_TANH -> Sigmoids.geluTanh(a, ao, y, yo, n);
            case ERF -> ErrorFunction.erf(a, ao, y, yo, n);
            case GELU_ERF -> ErrorFunction.geluErf(a, ao, y, yo, n);
            case GELU_ERF_DERIVATIVE -> ErrorFunction.geluErfDerivative(a, ao, y, yo, n);
        }
    }

    private static void vectors(BinaryKind kind, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        switch (kind) {
            case ADD -> BinaryLoops.add(a, ao, b, bo, y, yo, n);
            case SUB -> BinaryLoops.sub(a, ao, b, bo, y, yo, n);
            case MUL -> BinaryLoops.mul(a, ao, b, bo, y, yo, n);
            case DIV -> BinaryLoops.div(a, ao, b, bo, y, yo, n);
            case MAX -> BinaryLoops.max(a, ao, b, bo, y, yo, n);
            case MIN -> BinaryLoops.min(a, ao, b, bo, y, yo, n);
            case POW -> BinaryLoops.pow(a, ao, b, bo, y, yo, n);
            case LESS -> BinaryLoops.less(a, ao, b, bo, y, yo, n);
            case LESS_EQUAL -> BinaryLoops.lessEqual(a, ao, b, bo, y, yo, n);
            case EQUAL -> BinaryLoops.equal(a, ao, b, bo, y, yo, n);
        }
    }
}
