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
            int batch = hidden.size(0);
            int length = hidden.size(1);
            float[] positions = new float[length];
            for (int i = 0; i < length; i++) positions[i] = i;
            Tensor counts = lengths.cast(DType.FLOAT32).reshape(batch, 1, 1);
            Tensor counted = Tensor.of(Shape.of(1, length, 1), positions).less(counts).cast(DType.FLOAT32);
            return hidden.mul(counted).sum(1).div(counts.reshape(batch, 1).max(Tensor.scalar(1e-9f)));
        }
    },
    /** The state of the first token. */
    CLS {
        @Override
        public Tensor forward(Tensor hidden, Tensor lengths) {
            return hidden.slice(1, 0, 1).reshape(hidden.size(0), hidden.size(2));
        }
    };

    /** hidden [B, T, D], lengths INT32 [B] → [B, D]. */
    public abstract Tensor forward(Tensor hidden, Tensor lengths);
}
