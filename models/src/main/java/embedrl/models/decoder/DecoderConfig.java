package embedrl.models.decoder;

import embedrl.nn.AttentionConfig;
import embedrl.nn.RotaryAngles;
import java.util.Arrays;

/**
 * Shape of a text decoder of the Qwen3 or Llama family, named as in {@code config.json}.
 *
 * @param family            which architecture the file names
 * @param vocabSize         rows of the token embedding
 * @param hiddenSize        width of the residual stream
 * @param intermediateSize  width inside the SwiGLU
 * @param numHiddenLayers   layers
 * @param numAttentionHeads query heads
 * @param numKeyValueHeads  key and value heads; divides the query heads
 * @param headDim           width of one head; heads · headDim may differ from hiddenSize
 * @param rmsNormEps        ε of all RMS norms
 * @param rope              rotary frequencies
 * @param attentionBias     whether query, key, value and output maps have biases
 * @param mlpBias           whether the maps of the SwiGLU have biases
 * @param tieWordEmbeddings whether the head is the token embedding
 */
public record DecoderConfig(Family family, int vocabSize, int hiddenSize, int intermediateSize, int numHiddenLayers, int numAttentionHeads,
                            int numKeyValueHeads, int headDim, float rmsNormEps, RopeFrequencies rope, boolean attentionBias, boolean mlpBias,
                            boolean tieWordEmbeddings) implements LanguageModelConfig {
    /** Families of text decoders, which differ in whether queries and keys pass a norm of their own. */
    public enum Family {
        QWEN3("qwen3", "Qwen3ForCausalLM", true),
        LLAMA("llama", "LlamaForCausalLM", false);

        private final String modelType;
        private final String architecture;
        private final boolean queryKeyNorm;

        Family(String modelType, String architecture, boolean queryKeyNorm) {
            this.modelType = modelType;
            this.architecture = architecture;
            this.queryKeyNorm = queryKeyNorm;
        }

        /** {@code model_type} of config.json. */
        public String modelType() {
            return modelType;
        }

        /** The entry of {@code architectures} in config.json. */
        public String architecture() {
            return architecture;
        }

        /** Whether queries and keys are normalized per head before they are rotated. */
        public boolean queryKeyNorm() {
            return queryKeyNorm;
        }
    }

    public DecoderConfig {
        int[] sizes = {vocabSize, hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, numKeyValueHeads, headDim};
        if (Arrays.stream(sizes).anyMatch(size -> size < 1))
            throw new IllegalArgumentException("decoder config: vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads, "
                    + "num_key_value_heads and head_dim must be at least 1, got " + Arrays.toString(sizes));
        if (numAttentionHeads % numKeyValueHeads != 0)
            throw new IllegalArgumentException("decoder config: num_attention_heads " + numAttentionHeads + " is not a multiple of num_key_value_heads "
                    + numKeyValueHeads);
        if (headDim % 2 != 0) throw new IllegalArgumentException("decoder config: head_dim must be even, got " + headDim);
        if (!(rmsNormEps >= 0) || Float.isInfinite(rmsNormEps))
            throw new IllegalArgumentException("decoder config: rms_norm_eps must be 0 or more, got " + rmsNormEps);
        if ((long) numAttentionHeads * headDim > Integer.MAX_VALUE)
            throw new IllegalArgumentException("decoder config: num_attention_heads · head_dim is too large, got " + numAttentionHeads + " · " + headDim);
    }

    @Override
    public int spatialMergeSize() {
        return 1;
    }

    @Override
    public int patchWidth() {
        return 0;
    }

    @Override
    public RotaryAngles angles(int[] positions) {
        return rope.angles(Arrays.copyOf(positions, positions.length / 3), headDim);
    }

    AttentionConfig attention() {
        return new AttentionConfig(hiddenSize, numAttentionHeads, numKeyValueHeads, headDim, attentionBias, attentionBias, family.queryKeyNorm(), rmsNormEps, true);
    }

    /** Numbers in all parameters, computed without building the model; as a double, for a malformed file can ask for anything. */
    public double parameterCount() {
        double d = hiddenSize;
        double q = (double) numAttentionHeads * headDim;
        double kv = (double) numKeyValueHeads * headDim;
        double attention = 2 * d * q + 2 * d * kv + (attentionBias ? q + 2 * kv + d : 0) + (family.queryKeyNorm() ? 2 * headDim : 0);
        double mlp = 3 * d * intermediateSize + (mlpBias ? 2.0 * intermediateSize + d : 0);
        return numHiddenLayers * (attention + mlp + 2 * d) + d + (tieWordEmbeddings ? 1 : 2) * vocabSize * d;
    }
}
