package embedrl.nn;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.Arrays;

/**
 * Full self-attention among the patches of one image, never across images, with one fused map for queries, keys and values.
 * Parts: qkv (reshaped to [3, H, d]) and proj, both with bias. Source: Qwen3-VL vision tower.
 */
public final class VisionAttention extends Module {
    private final int heads;
    private final int headWidth;
    private final Linear qkv;
    private final Linear output;

    public VisionAttention(int width, int heads, Seed seed) {
        if (heads < 1 || width % heads != 0) throw new TensorException("vision attention: the width must be a multiple of heads, got " + width + " and " + heads);
        this.heads = heads;
        this.headWidth = width / heads;
        qkv = child("qkv", new Linear(width, 3 * width, true, seed.split("qkv")));
        output = child("proj", new Linear(width, width, true, seed.split("proj")));
    }

    /** All patches of all images count. x [N, P, D], angles [N, P, d/2] → [N, P, D]. */
    public Tensor forward(Tensor x, Rotary rotary) {
        int[] lengths = new int[x.size(0)];
        Arrays.fill(lengths, x.size(1));
        return forward(x, rotary, Tensor.ofInts(Shape.of(lengths.length), lengths));
    }

    /** The first patchCounts[n] patches of image n count; patchCounts INT32 [N]. */
    public Tensor forward(Tensor x, Rotary rotary, Tensor patchCounts) {
        int images = x.size(0);
        int patches = x.size(1);
        Tensor fused = qkv.forward(x).reshape(images, patches, 3, heads * headWidth);
        Tensor q = rotary.apply(part(fused, 0));
        Tensor k = rotary.apply(part(fused, 1));
        float scale = (float) (1 / Math.sqrt(headWidth));
        Tensor y = Tensor.of(new ContractionOp.Attention(q, k, part(fused, 2), patchCounts, scale, false), 0);
        return output.forward(y.reshape(images, patches, heads * headWidth));
    }

    private Tensor part(Tensor fused, int index) {
        return fused.slice(2, index, index + 1).reshape(fused.size(0), fused.size(1), heads, headWidth);
    }
}
