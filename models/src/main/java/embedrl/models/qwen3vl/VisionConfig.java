package embedrl.models.qwen3vl;

import embedrl.nn.GeluMlp;
import java.util.Arrays;
import java.util.List;

/**
 * Shape of the vision tower, named as in {@code config.json}.
 *
 * @param depth                   blocks
 * @param hiddenSize              width of the patch stream
 * @param intermediateSize        width inside the block's MLP
 * @param numHeads                attention heads; divides hiddenSize
 * @param patchSize               pixels of a patch side
 * @param temporalPatchSize       frames of a patch
 * @param spatialMergeSize        patches of a visual token's side
 * @param outHiddenSize           width of a visual token: the text decoder's hidden size
 * @param numPositionEmbeddings   rows of the learned position table, a square number
 * @param deepstackVisualIndexes  blocks whose output also enters the text decoder's first layers
 * @param ropeTheta               base of the rotary frequencies
 * @param activation              inside the blocks' MLPs; mergers always use the exact GELU
 */
public record VisionConfig(int depth, int hiddenSize, int intermediateSize, int numHeads, int patchSize, int temporalPatchSize, int spatialMergeSize,
                           int outHiddenSize, int numPositionEmbeddings, List<Integer> deepstackVisualIndexes, double ropeTheta,
                           GeluMlp.Gelu activation) {
    /** Base of the rotary frequencies where a configuration names none. */
    public static final double ROPE_THETA = 10_000;

    private static final int LARGEST = 1 << 24;

    /** With the usual base of the rotary frequencies and the usual activation. */
    public VisionConfig(int depth, int hiddenSize, int intermediateSize, int numHeads, int patchSize, int temporalPatchSize, int spatialMergeSize, int outHiddenSize,
                        int numPositionEmbeddings, List<Integer> deepstackVisualIndexes) {
        this(depth, hiddenSize, intermediateSize, numHeads, patchSize, temporalPatchSize, spatialMergeSize, outHiddenSize, numPositionEmbeddings,
                deepstackVisualIndexes, ROPE_THETA, GeluMlp.Gelu.TANH);
    }

    public VisionConfig {
        deepstackVisualIndexes = List.copyOf(deepstackVisualIndexes);
        int[] sizes = {depth, hiddenSize, intermediateSize, numHeads, patchSize, temporalPatchSize, spatialMergeSize, outHiddenSize, numPositionEmbeddings};
        if (Arrays.stream(sizes).anyMatch(size -> size < 1 || size > LARGEST))
            throw new IllegalArgumentException("vision config: depth, hidden_size, intermediate_size, num_heads, patch_size, temporal_patch_size, spatial_merge_size, "
                    + "out_hidden_size and num_position_embeddings must lie between 1 and " + LARGEST + ", got " + Arrays.toString(sizes));
        if (!(ropeTheta > 0) || Double.isInfinite(ropeTheta)) throw new IllegalArgumentException("vision config: rope_theta must be above 0 and finite, got " + ropeTheta);
        if (hiddenSize % (4 * numHeads) != 0)
            throw new IllegalArgumentException("vision config: hidden_size must be a multiple of 4 · num_heads (two rotary axes of halves), got " + hiddenSize
                    + " and " + numHeads + " heads");
        int side = (int) Math.round(Math.sqrt(numPositionEmbeddings));
        if (side * side != numPositionEmbeddings)
            throw new IllegalArgumentException("vision config: num_position_embeddings must be a square number, got " + numPositionEmbeddings);
        for (int index : deepstackVisualIndexes)
            if (index < 0 || index >= depth)
                throw new IllegalArgumentException("vision config: deepstack_visual_indexes must lie in 0.." + (depth - 1) + ", got " + deepstackVisualIndexes);
    }

    public int headWidth() {
        return hiddenSize / numHeads;
    }

    /** Numbers in one flattened patch: channels · frames · side². */
    public int patchWidth() {
        return 3 * temporalPatchSize * patchSize * patchSize;
    }

    /** Side of the square position table. */
    public int positionSide() {
        return (int) Math.round(Math.sqrt(numPositionEmbeddings));
    }
}
