package embedrl.models.qwen3vl;

import embedrl.models.input.PackedInputs;
import embedrl.tensor.Tensor;
import java.util.List;

/**
 * Every intermediate value of one recorded forward pass, for looking into a model and for comparing it with another implementation. A program computes only
 * those that it outputs.
 *
 * @param visuals what the vision tower computes of each image group, in the order of {@link PackedInputs#visuals}
 * @param states  the residual stream [B, T, D]: the input of the first layer, then after each layer with its deepstack features added
 * @param norm    after the final norm [B, T, D]
 * @param logits  [B, T, V]
 */
public record Qwen3VlTrace(List<Vision> visuals, List<Tensor> states, Tensor norm, Tensor logits) {
    /**
     * The vision tower on N images of one grid of P patches.
     *
     * @param patchEmbedding projected patches [N, P, D]
     * @param positioned     these with the learned positions added
     * @param blocks         after each block [N, P, D]
     * @param merged         visual tokens [N · P/m², out], image after image in merge-block order
     * @param deepstack      the same of the chosen blocks, in the order of the blocks
     */
    public record Vision(Tensor patchEmbedding, Tensor positioned, List<Tensor> blocks, Tensor merged, List<Tensor> deepstack) {
    }
}
