package embedrl.models.qwen3vl;

import embedrl.nn.Module;
import embedrl.nn.PatchEmbedding;
import embedrl.nn.Rotary;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * The vision tower: patches to visual tokens. Each image is attended to on its own; all images of one call have the same grid. Source: Qwen3-VL (patch
 * embedding, interpolated learned positions, two-axis rotary positions, merger, deepstack mergers).
 */
final class VisionTower extends Module {
    private final VisionConfig config;
    private final PatchEmbedding patchEmbedding;
    private final Variable positions;
    private final List<VisionBlock> blocks = new ArrayList<>();
    private final PatchMerger merger;
    private final List<PatchMerger> deepstackMergers = new ArrayList<>();

    VisionTower(VisionConfig config, Seed seed) {
        this.config = config;
        patchEmbedding = child("patch_embed",
                new PatchEmbedding(3, config.temporalPatchSize(), config.patchSize(), config.hiddenSize(), seed.split("patch_embed")));
        positions = child("pos_embed", new PositionTable(config, seed.split("pos_embed"))).weight;
        for (int i = 0; i < config.depth(); i++) blocks.add(child("blocks." + i, new VisionBlock(config, seed.split("blocks").split(i))));
        merger = child("merger", new PatchMerger(config, false, seed.split("merger")));
        for (int i = 0; i < config.deepstackVisualIndexes().size(); i++)
            deepstackMergers.add(child("deepstack_merger_list." + i, new PatchMerger(config, true, seed.split("deepstack").split(i))));
    }

    /** The learned table, as a module of its own because checkpoints name it so. */
    private static final class PositionTable extends Module {
        final Variable weight;

        PositionTable(VisionConfig config, Seed seed) {
            Shape shape = Shape.of(config.numPositionEmbeddings(), config.hiddenSize());
            float[] values = new float[shape.count()];
            for (int i = 0; i < values.length; i++) values[i] = (float) (0.02 * seed.normal(i));
            weight = parameter("weight", HostTensor.of(shape, values));
        }
    }

    /** patches [N, P, patch width] in merge-block order of a grid of rows × columns = P patches → features of N images. */
    Qwen3VlTrace.Vision forward(Tensor patches, int rows, int columns) {
        int images = patches.size(0);
        int count = rows * columns;
        PatchPositions at = PatchPositions.of(rows, columns, config);
        Tensor projected = patchEmbedding.forward(patches.reshape(images * count, config.patchWidth())).reshape(images, count, config.hiddenSize());
        Tensor positioned = projected.add(interpolated(at));                                                             // [N, P, D] + [P, D]
        Rotary rotary = rotary(images, at);
        List<Tensor> states = new ArrayList<>();
        List<Tensor> deepstack = new ArrayList<>();
        Tensor x = positioned;
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(x, rotary);
            states.add(x);
            int level = config.deepstackVisualIndexes().indexOf(i);
            if (level >= 0) deepstack.add(deepstackMergers.get(level).forward(x));
        }
        return new Qwen3VlTrace.Vision(projected, positioned, states, merger.forward(x), deepstack);
    }

    /** The table interpolated to a grid, in merge-block order: [P, D]. */
    private Tensor interpolated(PatchPositions at) {
        Tensor sum = null;
        for (int i = 0; i < PatchPositions.TAPS; i++) {
            Tensor taps = Tensor.ofInts(Shape.of(at.count()), at.tap(i));
            Tensor part = positions.tensor().gather(taps).mul(Tensor.of(Shape.of(at.count(), 1), at.tapWeights(i)));
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }

    private Rotary rotary(int images, PatchPositions at) {
        RotaryAngles angles = at.angles(config);
        Shape one = Shape.of(1, at.count(), config.headWidth() / 2);
        Shape all = one.with(0, images);
        return new Rotary(Tensor.of(one, angles.cos()).broadcastTo(all), Tensor.of(one, angles.sin()).broadcastTo(all));
    }
}
