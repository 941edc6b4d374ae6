package embedrl.nn;

import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.util.Optional;

/** Affine map of the last axis: y = x·Wᵀ + b, plus a low-rank adapter where {@link Lora} attached one. Parameters: weight [out, in], bias [out]. */
public final class Linear extends Module {
    private final int in;
    private final int out;
    private final Variable weight;
    private final Variable bias;
    private LoraAdapter adapter;

    /** Weight normal with standard deviation 1/√in, bias zero. */
    public Linear(int in, int out, boolean bias, Seed seed) {
        this(in, out, bias, Initializers.normal(1 / Math.sqrt(in), seed.split("weight")));
    }

    /** Bias zero. */
    public Linear(int in, int out, boolean bias, Initializer initializer) {
        this.in = in;
        this.out = out;
        this.weight = matrix("weight", Shape.of(out, in), initializer);
        this.bias = bias ? parameter("bias", Shape.of(out), Initializers.zeros()) : null;
    }

    /** x [..., in] → [..., out]. */
    public Tensor forward(Tensor x) {
        if (x.shape().rank() == 0 || x.size(-1) != in)
            throw new TensorException("linear: the last axis of x must be " + in + ", got " + x.shape());
        Tensor rows = x.shape().rank() == 1 ? x.reshape(1, in) : x;
        Tensor y = rows.matmulTransposed(weight.tensor());
        if (bias != null) y = y.add(bias.tensor());
        if (adapter != null && !adapter.merged()) y = y.add(adapter.forward(rows));
        return x.shape().rank() == 1 ? y.reshape(out) : y;
    }

    public int in() {
        return in;
    }

    public int out() {
        return out;
    }

    public Variable weight() {
        return weight;
    }

    Optional<LoraAdapter> adapter() {
        return Optional.ofNullable(adapter);
    }

    void attach(LoraAdapter adapter) {
        this.adapter = adapter;
    }

    void detach() {
        adapter = null;
    }
}
