package embedrl.nn;

import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;

/** A table of vectors looked up by id; a negative id gives zeros. Parameter: weight [V, D]. */
public final class Embedding extends Module {
    private final Variable weight;

    /** Weight normal with standard deviation 0.02. */
    public Embedding(int vocabulary, int width, Seed seed) {
        this(vocabulary, width, Initializers.normal(0.02, seed.split("weight")));
    }

    public Embedding(int vocabulary, int width, Initializer initializer) {
        weight = table("weight", Shape.of(vocabulary, width), initializer);
    }

    /** ids INT32 [...] → [..., D]. */
    public Tensor forward(Tensor ids) {
        return weight.tensor().gather(ids);
    }

    /** Logits of a tied output head: x [..., D] → [..., V]. */
    public Tensor project(Tensor x) {
        return x.matmulTransposed(weight.tensor());
    }

    public Variable weight() {
        return weight;
    }
}
