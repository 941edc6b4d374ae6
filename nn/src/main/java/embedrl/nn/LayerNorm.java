package embedrl.nn;

import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;

/** Normalization of the last axis to mean 0 and variance 1, then scale and shift. Parameters: weight [D], first ones; bias [D], first zeros. Source: Ba et al. 2016. */
public final class LayerNorm extends Module {
    private final float epsilon;
    private final Variable weight;
    private final Variable bias;

    public LayerNorm(int width, float epsilon) {
        this.epsilon = epsilon;
        weight = parameter("weight", Shape.of(width), Initializers.ones());
        bias = parameter("bias", Shape.of(width), Initializers.zeros());
    }

    /** x [..., D] → [..., D]. */
    public Tensor forward(Tensor x) {
        return x.layerNorm(weight.tensor(), bias.tensor(), epsilon);
    }
}
