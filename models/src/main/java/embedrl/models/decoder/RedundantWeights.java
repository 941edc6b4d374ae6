package embedrl.models.decoder;

import embedrl.nn.WeightSource;
import embedrl.tensor.Buffer;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The weights of a decoder's checkpoint without those that say nothing new: rotary frequencies of older files, which follow from the configuration, and a
 * second copy of the token embedding as the head of a model whose head is the token embedding.
 */
public final class RedundantWeights implements WeightSource {
    private static final String HEAD = "lm_head.weight";
    private static final String FREQUENCIES = ".rotary_emb.inv_freq";

    private final WeightSource weights;
    private final Set<String> names = new LinkedHashSet<>();

    private RedundantWeights(WeightSource weights) {
        this.weights = weights;
    }

    /**
     * Leaves them out. A head that differs from the embedding, to which the configuration ties it, is an error.
     *
     * @param tied      whether the model has no head of its own
     * @param embedding name of the token embedding
     */
    public static WeightSource leftOut(WeightSource weights, boolean tied, String embedding) {
        RedundantWeights others = new RedundantWeights(weights);
        weights.names().stream().filter(name -> !name.endsWith(FREQUENCIES)).forEach(others.names::add);
        if (tied && others.names.contains(embedding) && others.names.remove(HEAD) && !same(weights, HEAD, embedding))
            throw new TensorException("load: the configuration ties the head to the token embedding (tie_word_embeddings is true), but " + HEAD + " and " + embedding
                    + " differ; set tie_word_embeddings to false if the head is a matrix of its own");
        return others;
    }

    /** The weights without some names. */
    public static WeightSource without(WeightSource weights, Set<String> names) {
        RedundantWeights others = new RedundantWeights(weights);
        others.names.addAll(weights.names());
        others.names.removeAll(names);
        return others;
    }

    private static boolean same(WeightSource weights, String a, String b) {
        if (!weights.type(a).equals(weights.type(b))) return false;
        Buffer first = weights.read(a);
        Buffer second = weights.read(b);
        int count = first.type().dtype().isBlock() ? (int) first.type().bytes() : first.count();
        int f = first.offset();
        int s = second.offset();
        return switch (first.type().dtype()) {
            case FLOAT32 -> Arrays.equals(first.floats(), f, f + count, second.floats(), s, s + count);
            case BFLOAT16, FLOAT16 -> Arrays.equals(first.halves(), f, f + count, second.halves(), s, s + count);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> Arrays.equals(first.blocks(), f, f + count, second.blocks(), s, s + count);
            case INT32 -> Arrays.equals(first.ints(), f, f + count, second.ints(), s, s + count);
        };
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    @Override
    public TensorType type(String name) {
        return weights.type(name);
    }

    @Override
    public Buffer read(String name) {
        return weights.read(name);
    }
}
