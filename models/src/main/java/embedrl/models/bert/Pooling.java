package embedrl.models.bert;

import embedrl.tensor.DType;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;

/** How the states of a sequence become one vector. */
public enum Pooling {
    /** The mean over all tokens that are no padding. */
    MEAN {
        @Override
        public Tensor forward(Tensor hidden, Tensor lengths) {
            Tensor counts = lengths.cast(DType.FLOAT32).reshape(hidden.size(0), 1, 1);
            return hidden.mul(before(counts, hidden.size(1))).sum(1).div(counts.reshape(hidden.size(0), 1).max(Tensor.scalar(1e-9f)));
        }
    },
    /** The state of the first token. */
    CLS {
        @Override
        public Tensor forward(Tensor hidden, Tensor lengths) {
            return hidden.slice(1, 0, 1).reshape(hidden.size(0), hidden.size(2));
        }
    },
    /** The state of the last token that is no padding. */
    LAST {
        @Override
        public Tensor forward(Tensor hidden, Tensor lengths) {
            Tensor counts = lengths.cast(DType.FLOAT32).reshape(hidden.size(0), 1, 1);
            int length = hidden.size(1);
            return hidden.mul(before(counts, length).sub(before(counts.sub(Tensor.scalar(1)), length))).sum(1);
        }
    };

    /** hidden [B, T, D], lengths INT32 [B] → [B, D]. */
    public abstract Tensor forward(Tensor hidden, Tensor lengths);

    /** 1 at the positions before a count, else 0: counts FLOAT32 [B, 1, 1] → [B, T, 1]. */
    private static Tensor before(Tensor counts, int length) {
        float[] positions = new float[length];
        for (int i = 0; i < length; i++) positions[i] = i;
        return Tensor.of(Shape.of(1, length, 1), positions).less(counts).cast(DType.FLOAT32);
    }
}
