package embedrl.autograd;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.ContractionOp.Attention;
import embedrl.tensor.ContractionOp.AttentionGradient;
import embedrl.tensor.ContractionOp.MatMul;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp.Binary;
import embedrl.tensor.ElementwiseOp.Broadcast;
import embedrl.tensor.ElementwiseOp.Cast;
import embedrl.tensor.ElementwiseOp.Select;
import embedrl.tensor.ElementwiseOp.Unary;
import embedrl.tensor.ElementwiseOp.Uniform;
import embedrl.tensor.IndexOp.Gather;
import embedrl.tensor.IndexOp.ScatterAdd;
import embedrl.tensor.IndexOp.WriteRows;
import embedrl.tensor.LeafOp;
import embedrl.tensor.MovementOp.Concat;
import embedrl.tensor.MovementOp.Detach;
import embedrl.tensor.MovementOp.Pad;
import embedrl.tensor.MovementOp.Permute;
import embedrl.tensor.MovementOp.Reshape;
import embedrl.tensor.MovementOp.Slice;
import embedrl.tensor.Op;
import embedrl.tensor.ReduceOp.ArgMax;
import embedrl.tensor.ReduceOp.Max;
import embedrl.tensor.ReduceOp.Sum;
import embedrl.tensor.RowOp.CrossEntropy;
import embedrl.tensor.RowOp.CrossEntropyGradient;
import embedrl.tensor.RowOp.Draw;
import embedrl.tensor.RowOp.LayerNorm;
import embedrl.tensor.RowOp.LayerNormGradient;
import embedrl.tensor.RowOp.LogSumExp;
import embedrl.tensor.RowOp.RmsNorm;
import embedrl.tensor.RowOp.RmsNormGradient;
import embedrl.tensor.RowOp.Rotary;
import embedrl.tensor.RowOp.Softmax;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.UnaryKind;
import embedrl.tensor.UpdateOp.AdamW;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reverse-mode differentiation from graph to graph: gradients are tensors like any other, nothing is computed here. One switch holds the rule of every
 * operation; an operation without a rule does not compile. dy is the gradient of the result, y the result; shapes stand behind the rules.
 */
public final class Gradients {
    private Gradients() {
    }

    /** Gradient of a scalar with respect to one tensor, of that tensor's shape (FLOAT32). Zeros where the scalar does not depend on it. */
    public static Tensor of(Tensor loss, Tensor x) {
        return of(loss, List.of(x)).getFirst();
    }

    /** Gradients of a scalar with respect to several tensors. */
    public static List<Tensor> of(Tensor loss, List<Tensor> xs) {
        if (loss.shape().rank() != 0)
            throw new TensorException("gradients: the loss must be a scalar, got " + loss.shape() + "; reduce it with sum() or mean()");
        return of(List.of(loss), List.of(Tensor.scalar(1)), xs);
    }

    /** Gradients of Σ outputs[i] · outputGradients[i] with respect to several tensors. */
    public static List<Tensor> of(List<Tensor> outputs, List<Tensor> outputGradients, List<Tensor> xs) {
        Adjoints adjoints = new Adjoints(outputs, outputGradients, xs);
        for (Op op : adjoints.reverseOrder()) if (adjoints.reaches(op)) rule(op, adjoints);
        return xs.stream().map(adjoints::result).toList();
    }

    private static void rule(Op op, Adjoints to) {
        Tensor dy = to.gradient(op);
        Tensor y = Tensor.of(op, 0);
        switch (op) {
            case LeafOp _ -> { }
            case Unary u -> to.add(u.x(), unary(u, y, dy));
            case Binary b -> binary(b, y, dy, to);
            case Select s -> {
                to.add(s.a(), s.condition().select(dy, Tensor.zeros(dy.shape())));
                to.add(s.b(), s.condition().select(Tensor.zeros(dy.shape()), dy));
            }
            case Cast c -> {   // half types: straight through, gradients stay FLOAT32; an integer has none
                if (c.x().dtype().isBlock()) to.frozen(op, c.x());
                if (c.to() != DType.INT32) to.add(c.x(), dy);
            }
            case Broadcast b -> to.add(b.x(), sumTo(dy, b.x().shape()));
            case Uniform _ -> { }   // does not depend on any FLOAT32 value
            case Detach _ -> { }
            case Reshape r -> to.add(r.x(), dy.reshape(r.x().shape()));
            case Permute p -> to.add(p.x(), dy.permute(IntStream.range(0, p.axes().size()).mapToObj(p.axes()::indexOf).toArray(Integer[]::new)));
            case Slice s -> to.addPart(s, dy);
            case Pad p -> to.add(p.x(), dy.slice(p.axis(), p.before(), p.before() + p.x().size(p.axis())));
            case Concat c -> {
                int start = 0;
                for (Tensor part : c.parts()) {
                    int end = start + part.size(c.axis());
                    to.add(part, dy.slice(c.axis(), start, end));
                    start = end;
                }
            }
            case Sum s -> to.add(s.x(), stretch(dy, s.x().shape(), s.from(), s.to()));
            case Max m -> {
                Tensor largest = m.x().equalTo(stretch(y, m.x().shape(), m.from(), m.to()));
                Tensor ties = stretch(Tensor.of(new Sum(largest, m.from(), m.to()), 0), m.x().shape(), m.from(), m.to());
                to.add(m.x(), stretch(dy, m.x().shape(), m.from(), m.to()).mul(largest).div(ties));
            }
            case ArgMax _, Draw _ -> { }   // an integer has none
            case Softmax s -> to.add(s.x(), y.mul(dy.sub(dy.mul(y).sumRows())));                                  // [..., C]
            case LogSumExp l -> to.add(l.x(), l.x().softmax().mul(column(dy)));                                     // [..., C] · [..., 1]
            case RmsNorm n -> {
                List<Tensor> d = Tensor.results(new RmsNormGradient(n.x(), n.weight(), to.side(op, 1), dy));
                to.add(n.x(), d.get(0));
                to.add(n.weight(), d.get(1));
            }
            case LayerNorm n -> {
                List<Tensor> d = Tensor.results(new LayerNormGradient(n.x(), n.weight(), to.side(op, 1), to.side(op, 2), dy));
                to.add(n.x(), d.get(0));
                to.add(n.weight(), d.get(1));
                to.add(n.bias(), d.get(2));
            }
            case CrossEntropy c -> {
                if (dy != null) to.add(c.logits(), Tensor.of(new CrossEntropyGradient(c.logits(), c.targets(), Tensor.of(op, 1), dy), 0));
                Tensor dLogSumExp = to.gradient(op, 1);
                if (dLogSumExp != null) to.add(c.logits(), c.logits().softmax().mul(column(dLogSumExp)));
            }
            case Rotary r -> {
                to.add(r.x(), Tensor.of(new Rotary(dy, r.cos(), r.sin(), !r.inverse()), 0));
                to.none(op, r.cos());
                to.none(op, r.sin());
            }
            case MatMul m -> matMul(m, dy, to);
            case Attention a -> {
                List<Tensor> d = Tensor.results(new AttentionGradient(a.q(), a.k(), a.v(), a.keyLengths(), y, to.side(op, 1), dy, a.scale(), a.causal()));
                to.add(a.q(), d.get(0));                                                                           // [B, T, H, d]
                to.add(a.k(), d.get(1));                                                                           // [B, S, K, d]
                to.add(a.v(), d.get(2));
            }
            case Gather g -> {
                if (g.table().dtype().isNarrow()) to.frozen(op, g.table());
                else to.add(g.table(), dy.scatterAdd(g.ids(), g.table().size(0)));                                  // [V, ...]
            }
            case ScatterAdd s -> to.add(s.values(), dy.gather(s.ids()));                                            // [N..., ...]
            case WriteRows _, AdamW _, RmsNormGradient _, LayerNormGradient _, CrossEntropyGradient _, AttentionGradient _ -> to.none(op);
        }
    }

    private static Tensor unary(Unary u, Tensor y, Tensor dy) {
        Tensor x = u.x();
        return switch (u.kind()) {
            case NEG -> dy.neg();
            case ABS -> dy.mul(x.unary(UnaryKind.SIGN));
            case SIGN, FLOOR -> Tensor.zeros(x.shape());
            case SQUARE -> dy.mul(x).mul(2);
            case SQRT -> dy.mul(0.5f).div(y);
            case RSQRT -> dy.mul(y.square().mul(y)).mul(-0.5f);
            case RECIPROCAL -> dy.mul(y.square()).neg();
            case EXP -> dy.mul(y);
            case LOG -> dy.div(x);
            case SIN -> dy.mul(x.unary(UnaryKind.COS));
            case COS -> dy.mul(x.unary(UnaryKind.SIN)).neg();
            case TANH -> dy.mul(one(x).sub(y.square()));
            case SIGMOID -> dy.mul(y).mul(one(x).sub(y));
            case ERF -> dy.mul(x.square().neg().exp()).mul((float) (2 / Math.sqrt(Math.PI)));
            case RELU -> dy.mul(Tensor.zeros(x.shape()).less(x));
            case SILU -> {   // σ (1 + x (1 − σ))
                Tensor s = x.sigmoid();
                yield dy.mul(s).mul(one(x).add(x.mul(one(x).sub(s))));
            }
            case GELU_TANH -> {   // ½(1 + t) + ½ x (1 − t²) c (1 + 3·0.044715 x²), t = tanh(c (x + 0.044715 x³))
                float c = (float) Math.sqrt(2 / Math.PI);
                Tensor square = x.square();
                Tensor t = x.add(x.mul(square).mul(0.044715f)).mul(c).tanh();
                Tensor slope = one(x).add(square.mul(3 * 0.044715f)).mul(c);
                yield dy.mul(t.add(1).add(x.mul(one(x).sub(t.square())).mul(slope)).mul(0.5f));
            }
            case GELU_ERF -> dy.mul(x.unary(UnaryKind.GELU_ERF_DERIVATIVE));
            case GELU_ERF_DERIVATIVE -> {   // 2 φ(x) − x φ(x) x: x² may overflow where φ is 0
                Tensor density = x.square().mul(-0.5f).exp().mul((float) (1 / Math.sqrt(2 * Math.PI)));
                yield dy.mul(density.mul(2).sub(density.mul(x).mul(x)));
            }
        };
    }

    private static void binary(Binary b, Tensor y, Tensor dy, Adjoints to) {
        switch (b.kind()) {
            case ADD -> {
                to.add(b.a(), dy);
                to.add(b.b(), dy);
            }
            case SUB -> {
                to.add(b.a(), dy);
                to.add(b.b(), dy.neg());
            }
            case MUL -> {
                to.add(b.a(), dy.mul(b.b()));
                to.add(b.b(), dy.mul(b.a()));
            }
            case DIV -> {
                to.add(b.a(), dy.div(b.b()));
                to.add(b.b(), dy.mul(y).div(b.b()).neg());
            }
            case MAX -> {   // shared equally at ties
                Tensor tie = b.a().equalTo(b.b()).mul(0.5f);
                to.add(b.a(), dy.mul(b.b().less(b.a()).add(tie)));
                to.add(b.b(), dy.mul(b.a().less(b.b()).add(tie)));
            }
            case MIN -> {
                Tensor tie = b.a().equalTo(b.b()).mul(0.5f);
                to.add(b.a(), dy.mul(b.a().less(b.b()).add(tie)));
                to.add(b.b(), dy.mul(b.b().less(b.a()).add(tie)));
            }
            case POW -> {   // b aᵇ⁻¹, 0 where b = 0 (a may be 0 too), and aᵇ log a, only where a > 0
                Tensor zeros = Tensor.zeros(dy.shape());
                to.add(b.a(), b.b().select(dy.mul(b.b()).mul(b.a().binary(BinaryKind.POW, b.b().sub(1))), zeros));
                to.add(b.b(), zeros.less(b.a()).select(dy.mul(y).mul(b.a().log()), zeros));
            }
            case LESS, LESS_EQUAL, EQUAL -> { }   // constant but for jumps
        }
    }

    /** y = op(a) op(b). A right operand without leading axes is shared: the leading axes of a and dy fold into rows. */
    private static void matMul(MatMul m, Tensor dy, Adjoints to) {
        boolean ta = m.transposeA();
        boolean tb = m.transposeB();
        to.add(m.a(), product(ta ? m.b() : dy, ta ? dy : m.b(), ta && tb, ta || !tb));                              // dy op(b)ᵀ or its transpose
        if (m.b().dtype().isNarrow()) {
            to.frozen(m, m.b());
            return;
        }
        boolean folds = m.b().shape().rank() == 2 && m.a().shape().rank() > 2;
        Tensor a = folds ? m.a().reshape(-1, m.k()) : m.a();
        Tensor d = folds ? dy.reshape(-1, m.n()) : dy;
        to.add(m.b(), product(tb ? d : a, tb ? a : d, tb || !ta, tb && ta));                                        // op(a)ᵀ dy or its transpose
    }

    private static Tensor product(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
        return Tensor.of(new MatMul(a, b, transposeA, transposeB), 0);
    }

    private static Tensor one(Tensor like) {
        return Tensor.full(like.shape(), 1);
    }

    /** [...] → [..., 1]. */
    private static Tensor column(Tensor x) {
        return x.reshape(x.shape().append(1));
    }

    /** A reduced tensor repeated over the axes from (inclusive) to (exclusive) that it lost. */
    private static Tensor stretch(Tensor reduced, Shape shape, int from, int to) {
        Shape kept = shape;
        for (int axis = from; axis < to; axis++) kept = kept.with(axis, 1);
        return reduced.reshape(kept).broadcastTo(shape);
    }

    /** Sums over the axes along which a broadcast repeated, one run of neighboring axes at a time from the last. */
    private static Tensor sumTo(Tensor dy, Shape shape) {
        int lead = dy.shape().rank() - shape.rank();
        Tensor sum = dy;
        int end = dy.shape().rank();
        while (end > 0) {
            int start = end;
            while (start > 0 && repeats(dy.shape(), shape, start - 1, lead)) start--;
            if (start < end) sum = Tensor.of(new Sum(sum, start, end), 0);
            end = start - 1;
        }
        return sum.reshape(shape);
    }

    private static boolean repeats(Shape from, Shape to, int axis, int lead) {
        return axis < lead || to.size(axis - lead) == 1 && from.size(axis) != 1;
    }
}
