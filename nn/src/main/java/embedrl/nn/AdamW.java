package embedrl.nn;

import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.UpdateOp;
import java.util.List;

/**
 * Adam with decoupled weight decay. With clipped gradient g and step t: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 * p ← p − lr·decay·p − lr · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε). Source: Loshchilov and Hutter 2019.
 *
 * @param weightDecay share of the weight, times the learning rate, taken off each step
 * @param clip        largest global gradient norm; 0: no limit
 */
public record AdamW(float learningRate, float beta1, float beta2, float epsilon, float weightDecay, float clip) implements Optimizer {
    public AdamW {
        if (!(learningRate >= 0 && beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && weightDecay >= 0 && clip >= 0))
            throw new TensorException("adamw: needs learning rate, weight decay and clip ≥ 0, betas in [0, 1) and epsilon > 0, got " + learningRate + ", "
                    + weightDecay + ", " + clip + ", " + beta1 + ", " + beta2 + ", " + epsilon);
    }

    /** β = (0.9, 0.999), ε = 1e-8, no weight decay, no clipping. */
    public static AdamW with(float learningRate) {
        return new AdamW(learningRate, 0.9f, 0.999f, 1e-8f, 0, 0);
    }

    public AdamW betas(float beta1, float beta2) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, clip);
    }

    public AdamW epsilon(float epsilon) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, clip);
    }

    public AdamW weightDecay(float weightDecay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, clip);
    }

    public AdamW clip(float clip) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, clip);
    }

    @Override
    public List<String> moments() {
        return List.of("m", "v");
    }

    @Override
    public Update update(Tensor parameter, Tensor gradient, List<Tensor> moments, Rates rates) {
        List<Tensor> results = Tensor.results(new UpdateOp.AdamW(parameter, gradient, moments.get(0), moments.get(1), rates.learningRate(), rates.step(),
                rates.gradientScale(), beta1, beta2, epsilon, weightDecay));
        return new Update(results.get(0), results.subList(1, 3));
    }
}
