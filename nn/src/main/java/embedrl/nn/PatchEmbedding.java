package embedrl.nn;

import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;

/**
 * Map of pixel patches to vectors: a convolution whose stride is its kernel, hence one matrix product over patch rows. Parameters as the convolution's:
 * proj.weight [D, C, F, P, P], proj.bias [D]; a patch row is flattened in the same order (channel, frame, row, column).
 */
public final class PatchEmbedding extends Module {
    private final int rowWidth;
    private final Variable weight;
    private final Variable bias;

    /** Weight normal with standard deviation 1/√(C·F·P·P), bias zero. */
    public PatchEmbedding(int channels, int frames, int patch, int width, Seed seed) {
        rowWidth = channels * frames * patch * patch;
        weight = parameter("proj.weight", Shape.of(width, channels, frames, patch, patch),
                Initializers.normal(1 / Math.sqrt(rowWidth), seed.split("proj.weight")));
        bias = parameter("proj.bias", Shape.of(width), Initializers.zeros());
    }

    /** patches [..., C·F·P·P] → [..., D]. */
    public Tensor forward(Tensor patches) {
        return patches.matmulTransposed(weight.tensor().reshape(bias.shape().count(), rowWidth)).add(bias.tensor());
    }
}
