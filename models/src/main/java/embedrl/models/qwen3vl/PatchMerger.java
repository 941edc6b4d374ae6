package embedrl.models.qwen3vl;

import embedrl.nn.LayerNorm;
import embedrl.nn.Linear;
import embedrl.nn.Module;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/**
 * Turns blocks of merge² patches into visual tokens: [N, P, D] → [N·P/merge², out]. The final merger normalizes each patch before the blocks are joined,
 * a deepstack merger the joined block. GELU is the exact one. Source: Qwen3-VL.
 */
final class PatchMerger extends Module {
    private static final float EPSILON = 1e-6f;

    private final int joined;
    private final boolean normalizeJoined;
    private final LayerNorm norm;
    private final Linear in;
    private final Linear out;

    PatchMerger(VisionConfig config, boolean normalizeJoined, Seed seed) {
        this.joined = config.hiddenSize() * config.spatialMergeSize() * config.spatialMergeSize();
        this.normalizeJoined = normalizeJoined;
        this.norm = child("norm", new LayerNorm(normalizeJoined ? joined : config.hiddenSize(), EPSILON));
        this.in = child("linear_fc1", new Linear(joined, joined, true, seed.split("linear_fc1")));
        this.out = child("linear_fc2", new Linear(joined, config.outHiddenSize(), true, seed.split("linear_fc2")));
    }

    Tensor forward(Tensor x) {
        Tensor blocks = normalizeJoined ? norm.forward(x.reshape(-1, joined)) : norm.forward(x).reshape(-1, joined);   // [N·P/m², m²·D]
        return out.forward(in.forward(blocks).geluErf());
    }
}
