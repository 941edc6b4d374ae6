package embedrl.tensor;

import static embedrl.tensor.ReferenceExecutor.at;
import static embedrl.tensor.ReferenceExecutor.put;

import java.util.List;

/** The elementwise functions and chains of the reference executor; each function in double precision, rounded to float between operations. */
public final class ReferenceElementwise {
    private ReferenceElementwise() {
    }

    static Runnable chain(Step.Chain chain, HostMemory memory) {
        List<Step.Operand> operands = chain.operands();
        Buffer[] in = operands.stream().map(o -> memory.buffer(o.tensor())).toArray(Buffer[]::new);
        Buffer out = memory.buffer(chain.result());
        double[] registers = new double[operands.size() + chain.code().size()];
        return () -> {
            for (int i = 0; i < out.count(); i++) {
                int r = 0;
                for (Step.Operand operand : operands) {
                    registers[r] = (float) at(in[r], i / operand.inner() % operand.count());   // a large INT32 rounds here as in a cast
                    r++;
                }
                for (Step.Instruction instruction : chain.code()) {
                    registers[r++] = (float) switch (instruction) {
                        case Step.Instruction.Load load -> load.value();
                        case Step.Instruction.Unary u -> unary(u.kind(), registers[u.a()]);
                        case Step.Instruction.Binary b -> binary(b.kind(), registers[b.a()], registers[b.b()]);
                        case Step.Instruction.Select s -> registers[s.condition()] != 0 ? registers[s.a()] : registers[s.b()];
                    };
                }
                put(out, i, registers[r - 1]);
            }
        };
    }

    static Runnable single(ElementwiseOp op, Buffer[] in, Buffer out) {
        return switch (op) {
            case ElementwiseOp.Unary u -> () -> {
                for (int i = 0; i < out.count(); i++) put(out, i, unary(u.kind(), at(in[0], i)));
            };
            case ElementwiseOp.Binary b -> () -> {
                for (int i = 0; i < out.count(); i++) put(out, i, binary(b.kind(), at(in[0], i), at(in[1], i)));
            };
            case ElementwiseOp.Select _ -> () -> {
                for (int i = 0; i < out.count(); i++) put(out, i, at(in[0], i) != 0 ? at(in[1], i) : at(in[2], i));
            };
            case ElementwiseOp.Cast _ -> () -> {
                for (int i = 0; i < out.count(); i++) put(out, i, at(in[0], i));
            };
            case ElementwiseOp.Broadcast _ -> () -> broadcast(in[0], out);
            case ElementwiseOp.Uniform u -> () -> {
                int[] seed = in[0].ints();
                int at = in[0].offset();
                for (int i = 0; i < out.count(); i++) put(out, i, ElementwiseOp.Uniform.at(seed[at], seed[at + 1], u.stream(), i));
            };
        };
    }

    private static void broadcast(Buffer in, Buffer out) {
        Shape from = in.type().shape();
        Shape to = out.type().shape();
        int[] fromStrides = from.strides();
        int[] toStrides = to.strides();
        int lead = to.rank() - from.rank();
        for (int i = 0; i < to.count(); i++) {
            int source = 0;
            for (int axis = lead; axis < to.rank(); axis++)
                if (from.size(axis - lead) != 1) source += i / toStrides[axis] % to.size(axis) * fromStrides[axis - lead];
            put(out, i, at(in, source));
        }
    }

    /** An elementwise function of one argument, in double precision. */
    public static double unary(UnaryKind kind, double x) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case FLOOR -> Math.floor(x);
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case ERF -> erf(x);
            case RELU -> Math.max(x, 0);
            case SILU -> x * sigmoid(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_ERF -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
            case GELU_ERF_DERIVATIVE -> 0.5 * (1 + erf(x / Math.sqrt(2))) + (Double.isInfinite(x) ? 0 : x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI));
        };
    }

    /** An elementwise function of two arguments, in double precision. */
    public static double binary(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case POW -> power(a, b);
            case LESS -> a < b ? 1 : 0;
            case LESS_EQUAL -> a <= b ? 1 : 0;
            case EQUAL -> a == b ? 1 : 0;
        };
    }

    /** aᵇ as in IEEE 754 and PyTorch: 1 where a is 1, whatever b, and where a is −1 and b infinite; Java's own says NaN there. */
    public static double power(double a, double b) {
        return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    /** The error function: its Taylor series where |x| < 2.5, else the continued fraction of erfc; good to about 1e-14. */
    public static double erf(double x) {
        double size = Math.abs(x);
        if (Double.isNaN(x)) return x;
        if (size < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
        if (size > 6) return Math.signum(x);
        double fraction = size;
        for (int n = 60; n > 0; n--) fraction = size + n / 2.0 / fraction;
        return Math.signum(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / fraction);
    }
}
