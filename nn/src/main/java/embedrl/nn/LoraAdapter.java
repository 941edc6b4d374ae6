package embedrl.nn;

import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;

/** Low-rank addition to a linear layer: y += (dropout(x)·Aᵀ)·Bᵀ · scale. Parameters: lora_A.weight [r, in], lora_B.weight [out, r]. */
final class LoraAdapter extends Module {
    private final Linear base;
    private final float scale;
    private final Dropout dropout;
    private final Variable a;
    private final Variable b;
    private HostTensor unmerged;

    LoraAdapter(Linear base, int rank, float alpha, float dropout, Seed seed) {
        if (rank < 1) throw new TensorException("lora: the rank must be positive, got " + rank);
        this.base = base;
        this.scale = alpha / rank;
        this.dropout = new Dropout(dropout);
        a = parameter("lora_A.weight", Shape.of(rank, base.in()), Initializers.kaimingUniform(base.in(), seed.split("lora_A")));
        b = parameter("lora_B.weight", Shape.of(base.out(), rank), Initializers.zeros());
    }

    /** x [..., in] → the addition [..., out]. */
    Tensor forward(Tensor x) {
        return dropout.forward(x).matmulTransposed(a.tensor()).matmulTransposed(b.tensor()).mul(scale);
    }

    Lora.Adapted adapted() {
        return new Lora.Adapted(a.shape().size(0), scale);
    }

    boolean merged() {
        return unmerged != null;
    }

    /** Adds B·A·scale to the base weight; a narrow weight is rounded to its type again. */
    void merge() {
        if (merged()) throw new TensorException("lora: the adapter is merged already");
        HostTensor before = base.weight().value();
        Tensor merged = base.weight().tensor().cast(DType.FLOAT32).add(b.tensor().matmul(a.tensor()).mul(scale));
        base.weight().adopt(Conversions.convert(merged.eval().toBuffer(), base.weight().type().dtype()));
        unmerged = before;
    }

    /** Puts the base weight back, bit for bit. */
    void unmerge() {
        if (!merged()) throw new TensorException("lora: the adapter is not merged");
        base.weight().assign(unmerged);
        unmerged = null;
    }
}
