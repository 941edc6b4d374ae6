package embedrl.nn;

import embedrl.tensor.Tensor;
import java.util.List;

/** How parameters follow their gradients: a configuration that records the update of one parameter. Its state lives in {@link Training}. */
public sealed interface Optimizer permits AdamW, Sgd {
    /**
     * Scalars given at run time.
     *
     * @param learningRate  of this step
     * @param step          counted from 1
     * @param gradientScale factor on all gradients that clips their global norm
     */
    record Rates(Tensor learningRate, Tensor step, Tensor gradientScale) {
    }

    /** New values of a parameter and its moments, in the order of {@link Optimizer#moments()}. */
    record Update(Tensor parameter, List<Tensor> moments) {
    }

    /** The rate used where a step names none. */
    float learningRate();

    /** Largest global norm of the gradients; longer ones are multiplied by clip / (norm + 1e-6). 0: no limit. */
    float clip();

    /** Names of the numbers kept per parameter element, each zero at first. */
    List<String> moments();

    /** Records one update; all tensors of one shape. */
    Update update(Tensor parameter, Tensor gradient, List<Tensor> moments, Rates rates);
}
