package embedrl.models.qwen3vl;

import embedrl.models.decoder.DecoderLayer;
import embedrl.nn.AttentionConfig;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.Seed;
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
 * @param ropeTheta         base of the rotary frequencies
 * @param mropeSection      how many of the headDim/2 frequencies follow time, row and column positions (interleaved); a section that reaches beyond headDim/2 is cut off there
 */
public record TextConfig(int vocabSize, int hiddenSize, int intermediateSize, int numHiddenLayers, int numAttentionHeads, int numKeyValueHeads, int headDim,
                         float rmsNormEps, double ropeTheta, List<Integer> mropeSection) {
    /** Rotary angles of packed positions [3, N] (time, row, column). */
    public RotaryAngles angles(int[] positions) {
        return RotaryAngles.interleaved(positions, RotaryAngles.frequencies(headDim, ropeTheta), mropeSection.stream().mapToInt(Integer::intValue).toArray());
    }

    /** A layer of this shape: queries and keys are normalized, no map has a bias. */
    DecoderLayer layer(Seed seed) {
        return new DecoderLayer(new AttentionConfig(hiddenSize, numAttentionHeads, numKeyValueHeads, headDim, false, true, rmsNormEps, true), intermediateSize,
                false, rmsNormEps, seed);
    }

    public TextConfig {
        mropeSection = List.copyOf(mropeSection);
        if (numKeyValueHeads < 1 || numAttentionHeads % numKeyValueHeads != 0)
            throw new IllegalArgumentException("text config: num_attention_heads " + numAttentionHeads + " is not a multiple of num_key_value_heads "
                    + numKeyValueHeads);
        if (mropeSection.size() != 3 || mropeSection.stream().anyMatch(section -> section < 0))
            throw new IllegalArgumentException("text config: mrope_section must hold three numbers that are not negative, got " + mropeSection);
        if (headDim < 2 || headDim % 2 != 0) throw new IllegalArgumentException("text config: head_dim must be even, got " + headDim);
    }
}
