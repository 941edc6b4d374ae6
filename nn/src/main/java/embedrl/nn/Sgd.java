package embedrl.nn;

import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.List;

/**
 * Stochastic gradient descent: with clipped gradient g, b ← momentum · b + g and p ← p − lr · b. Source: Sutskever et al. 2013, in PyTorch's form.
 *
 * @param momentum share of the last direction that stays; 0: none, and no state
 * @param clip     largest global gradient norm; 0: no limit
 */
public record Sgd(float learningRate, float momentum, float clip) implements Optimizer {
    public Sgd {
        if (!(learningRate >= 0 && momentum >= 0 && momentum < 1 && clip >= 0))
            throw new TensorException("sgd: needs learning rate and clip ≥ 0 and momentum in [0, 1), got " + learningRate + ", " + clip + ", " + momentum);
    }

    public static Sgd with(float learningRate) {
        return new Sgd(learningRate, 0, 0);
    }

    public Sgd momentum(float momentum) {
        return new Sgd(learningRate, momentum, clip);
    }

    public Sgd clip(float clip) {
        return new Sgd(learningRate, momentum, clip);
    }

    @Override
    public List<String> moments() {
        return momentum == 0 ? List.of() : List.of("momentum");
    }

    @Override
    public Update update(Tensor parameter, Tensor gradient, List<Tensor> moments, Rates rates) {
        Tensor clipped = gradient.mul(rates.gradientScale());
        Tensor direction = momentum == 0 ? clipped : moments.getFirst().mul(momentum).add(clipped);
        return new Update(parameter.sub(direction.mul(rates.learningRate())), momentum == 0 ? List.of() : List.of(direction));
    }
}
