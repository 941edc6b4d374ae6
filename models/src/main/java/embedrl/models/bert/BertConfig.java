package embedrl.models.bert;

/**
 * Sizes of a BERT encoder, as its {@code config.json} names them.
 *
 * @param hiddenSize            width D
 * @param intermediateSize      width of the feed-forward layers
 * @param numAttentionHeads     heads H; D is a multiple of them
 * @param maxPositionEmbeddings longest sequence
 * @param typeVocabSize         kinds of segments
 * @param layerNormEps          added to a variance
 * @param activation            of the feed-forward layers
 * @param pooler                whether the checkpoint has a pooler (a dense layer with tanh on the first state); embeddings do not use it
 */
public record BertConfig(int vocabSize, int hiddenSize, int intermediateSize, int numHiddenLayers, int numAttentionHeads, int maxPositionEmbeddings, int typeVocabSize,
        float layerNormEps, Activation activation, boolean pooler) {
    /** Of the feed-forward layers: x·Φ(x), its tanh approximation, max(x, 0), or x·sigmoid(x). */
    public enum Activation { GELU, GELU_TANH, RELU, SILU }

    // Keeps the count of parameters within a long.
    private static final int LARGEST = 1 << 20;

    /** Checks the sizes. */
    public BertConfig {
        int[] sizes = {vocabSize, hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, maxPositionEmbeddings, typeVocabSize};
        String[] names = {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "type_vocab_size"};
        for (int i = 0; i < sizes.length; i++)
            if (sizes[i] < 1 || sizes[i] > LARGEST) throw new IllegalArgumentException("bert: " + names[i] + " must lie between 1 and " + LARGEST + ", got " + sizes[i]);
        if (hiddenSize % numAttentionHeads != 0)
            throw new IllegalArgumentException("bert: hidden_size must be a multiple of num_attention_heads, got " + hiddenSize + " and " + numAttentionHeads);
        if (!(layerNormEps > 0 && layerNormEps < 1)) throw new IllegalArgumentException("bert: layer_norm_eps must lie between 0 and 1, got " + layerNormEps);
    }

    /** The same sizes, with or without a pooler. */
    public BertConfig withPooler(boolean present) {
        return new BertConfig(vocabSize, hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, maxPositionEmbeddings, typeVocabSize, layerNormEps, activation,
                present);
    }

    /** How many numbers an encoder of these sizes holds. */
    public long parameterCount() {
        long d = hiddenSize;
        long f = intermediateSize;
        long norm = 2 * d;
        long layer = 4 * (d * d + d) + (d * f + f) + (f * d + d) + 2 * norm;
        long embeddings = d * ((long) vocabSize + maxPositionEmbeddings + typeVocabSize) + norm;
        return embeddings + layer * numHiddenLayers + (pooler ? d * d + d : 0);
    }

    /** Width of a head. */
    public int headWidth() {
        return hiddenSize / numAttentionHeads;
    }
}
