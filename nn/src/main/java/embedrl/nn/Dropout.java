package embedrl.nn;

import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.function.Supplier;

/**
 * Random zeroing of elements with probability {@code rate}, the others divided by 1 − rate. It acts only on what is recorded inside
 * {@link #seeded}; elsewhere it is the identity, so inference needs no mode. Every layer recorded there draws from a stream of its own, numbered in the
 * order of recording: recording the same model twice gives the same masks for the same run-time seed.
 *
 * <pre>{@code
 * Tensor seed = Tensor.input("dropout_seed", DType.INT32, 2);
 * Tensor loss = Dropout.seeded(seed, () -> loss(model.forward(tokens)));
 * step.set("dropout_seed", runSeed.split(stepNumber).words());
 * }</pre>
 *
 * Source: Srivastava et al. 2014.
 */
public record Dropout(float rate) {
    private static final ScopedValue<Streams> STREAMS = ScopedValue.newInstance();

    private static final class Streams {
        private final Tensor seed;
        private int next;

        private Streams(Tensor seed) {
            this.seed = seed;
        }
    }

    public Dropout {
        if (!(rate >= 0 && rate < 1)) throw new TensorException("dropout: the rate must be in [0, 1), got " + rate);
    }

    /** Records with dropout on; seed: INT32 [2], a run-time value. Scopes do not nest. */
    public static <T> T seeded(Tensor seed, Supplier<T> recording) {
        if (STREAMS.isBound()) throw new TensorException("dropout: a recording with dropout is already open; open one around the whole forward pass");
        return ScopedValue.where(STREAMS, new Streams(seed)).call(recording::get);
    }

    /** x of any shape → the same shape. */
    public Tensor forward(Tensor x) {
        if (rate == 0 || !STREAMS.isBound()) return x;
        Streams streams = STREAMS.get();
        Tensor dropped = Tensor.uniform(x.shape(), streams.seed, streams.next++).less(rate);
        return dropped.select(Tensor.zeros(x.shape()), x.mul(1 / (1 - rate)));
    }
}
