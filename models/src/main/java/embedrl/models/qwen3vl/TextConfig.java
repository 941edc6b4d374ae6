package embedrl.models.qwen3vl;

import embedrl.models.decoder.DecoderLayer;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.nn.AttentionConfig;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.Seed;
import java.util.Arrays;
import java.util.List;

/**
 * Shape of the text decoder, named as in {@code config.json}.
 *
 * @param vocabSize         rows of the token embedding
 * @param hiddenSize        width of the residual stream
 * @param intermediateSize  width inside the SwiGLU
 * @param numHiddenLayers   layers
 * @param numAttentionHeads query heads
 * @param numKeyValueHeads  key and value heads; divides the query heads
 * @param headDim           width of one head; heads · headDim may differ from hiddenSize
 * @param rmsNormEps        ε of all RMS norms, also of the query and key norms
 * @param rope              rotary frequencies
 * @param mropeSection      how many of the headDim/2 frequencies follow time, row and column positions (interleaved); a section that reaches beyond headDim/2 is cut off there
 * @param attentionBias     whether query, key, value and output maps have biases
 */
public record TextConfig(int vocabSize, int hiddenSize, int intermediateSize, int numHiddenLayers, int numAttentionHeads, int numKeyValueHeads, int headDim,
                         float rmsNormEps, RopeFrequencies rope, List<Integer> mropeSection, boolean attentionBias) {
    /** With plain rotary frequencies and without biases. */
    public TextConfig(int vocabSize, int hiddenSize, int intermediateSize, int numHiddenLayers, int numAttentionHeads, int numKeyValueHeads, int headDim,
                      float rmsNormEps, double ropeTheta, List<Integer> mropeSection) {
        this(vocabSize, hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, numKeyValueHeads, headDim, rmsNormEps,
                new RopeFrequencies.Plain(ropeTheta), mropeSection, false);
    }

    /** Rotary angles of packed positions [3, N] (time, row, column). */
    public RotaryAngles angles(int[] positions) {
        return RotaryAngles.interleaved(positions, rope.of(headDim), mropeSection.stream().mapToInt(Integer::intValue).toArray()).times(rope.magnitude());
    }

    /** A layer of this shape: queries and keys are normalized. */
    DecoderLayer layer(Seed seed) {
        return new DecoderLayer(new AttentionConfig(hiddenSize, numAttentionHeads, numKeyValueHeads, headDim, attentionBias, attentionBias, true, rmsNormEps, true), intermediateSize,
                false, rmsNormEps, seed);
    }

    public TextConfig {
        mropeSection = List.copyOf(mropeSection);
        int[] sizes = {vocabSize, hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, numKeyValueHeads, headDim};
        if (Arrays.stream(sizes).anyMatch(size -> size < 1))
            throw new IllegalArgumentException("text config: vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads, num_key_value_heads "
                    + "and head_dim must be at least 1, got " + Arrays.toString(sizes));
        if (!(rmsNormEps >= 0) || Float.isInfinite(rmsNormEps)) throw new IllegalArgumentException("text config: rms_norm_eps must be 0 or more, got " + rmsNormEps);
        if (numAttentionHeads % numKeyValueHeads != 0)
            throw new IllegalArgumentException("text config: num_attention_heads " + numAttentionHeads + " is not a multiple of num_key_value_heads "
                    + numKeyValueHeads);
        if (mropeSection.size() != 3 || mropeSection.stream().anyMatch(section -> section < 0))
            throw new IllegalArgumentException("text config: mrope_section must hold three numbers that are not negative, got " + mropeSection);
        if (headDim % 2 != 0) throw new IllegalArgumentException("text config: head_dim must be even, got " + headDim);
    }
}
