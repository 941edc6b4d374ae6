package embedrl.models.decoder;

import embedrl.models.input.Packing;

/** The sizes of a causal language model that generation, pooling and training depend on, whatever its family. */
public interface LanguageModelConfig extends Packing {
    /** Rows of the token embedding, V. */
    int vocabSize();

    /** Width of the residual stream, D. */
    int hiddenSize();

    /** Decoder layers. */
    int numHiddenLayers();

    /** Key and value heads, K. */
    int numKeyValueHeads();
}
