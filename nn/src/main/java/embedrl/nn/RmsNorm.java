package embedrl.nn;

import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;

/** Root-mean-square normalization of the last axis: y = x / √(mean(x²) + ε) · weight. Parameter: weight [D], first ones. Source: Zhang and Sennrich 2019. */
public final class RmsNorm extends Module {
    private final float epsilon;
    private final Variable weight;

    public RmsNorm(int width, float epsilon) {
        this.epsilon = epsilon;
        weight = parameter("weight", Shape.of(width), Initializers.ones());
    }

    /** x [..., D] → [..., D]. */
    public Tensor forward(Tensor x) {
        return x.rmsNorm(weight.tensor(), epsilon);
    }
}
