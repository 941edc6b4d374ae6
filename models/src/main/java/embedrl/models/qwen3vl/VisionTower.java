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
    /**
     * What the tower yields of N images.
     *
     * @param merged    visual tokens [N·P/m², out], image after image in merge-block order
     * @param deepstack the same of the chosen blocks
     * @param states    the patch stream [N, P, D]: projected patches, these with positions, then after each block
     */
    record Features(Tensor merged, List<Tensor> deepstack, List<Tensor> states) {
    }

    private static final double ROTARY_THETA = 10_000;

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
    Features forward(Tensor patches, int rows, int columns) {
        int images = patches.size(0);
        int count = rows * columns;
        Tensor x = patchEmbedding.forward(patches.reshape(images * count, config.patchWidth())).reshape(images, count, config.hiddenSize());
        List<Tensor> states = new ArrayList<>(List.of(x));
        x = x.add(interpolated(rows, columns));                                                                          // [N, P, D] + [P, D]
        states.add(x);
        Rotary rotary = rotary(images, rows, columns);
        List<Tensor> deepstack = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(x, rotary);
            states.add(x);
            int level = config.deepstackVisualIndexes().indexOf(i);
            if (level >= 0) deepstack.add(deepstackMergers.get(level).forward(x));
        }
        return new Features(merger.forward(x), deepstack, states);
    }

    /** The table interpolated bilinearly with aligned corners to a grid, in merge-block order: [P, D]. */
    private Tensor interpolated(int rows, int columns) {
        PatchGrid grid = new PatchGrid(rows, columns, config.spatialMergeSize());
        int side = config.positionSide();
        int[][] taps = new int[4][rows * columns];
        float[][] weights = new float[4][rows * columns];
        for (int p = 0; p < rows * columns; p++) {
            float y = grid.row(p) * ((float) (side - 1) / Math.max(rows - 1, 1));
            float x = grid.column(p) * ((float) (side - 1) / Math.max(columns - 1, 1));
            int y0 = (int) y;
            int x0 = (int) x;
            int y1 = Math.min(y0 + 1, side - 1);
            int x1 = Math.min(x0 + 1, side - 1);
            float dy = y - y0;
            float dx = x - x0;
            int[] at = {y0 * side + x0, y0 * side + x1, y1 * side + x0, y1 * side + x1};
            float[] weight = {(1 - dy) * (1 - dx), (1 - dy) * dx, dy * (1 - dx), dy * dx};
            for (int t = 0; t < 4; t++) {
                taps[t][p] = at[t];
                weights[t][p] = weight[t];
            }
        }
        Tensor sum = null;
        for (int t = 0; t < 4; t++) {
            Tensor part = positions.tensor().gather(Tensor.ofInts(Shape.of(rows * columns), taps[t])).mul(Tensor.of(Shape.of(rows * columns, 1), weights[t]));
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }

    private Rotary rotary(int images, int rows, int columns) {
        PatchGrid grid = new PatchGrid(rows, columns, config.spatialMergeSize());
        int count = rows * columns;
        int[] rowOf = new int[count];
        int[] columnOf = new int[count];
        for (int p = 0; p < count; p++) {
            rowOf[p] = grid.row(p);
            columnOf[p] = grid.column(p);
        }
        RotaryAngles angles = RotaryAngles.grid(rowOf, columnOf, config.headWidth(), ROTARY_THETA);
        Shape one = Shape.of(1, count, config.headWidth() / 2);
        Shape all = one.with(0, images);
        return new Rotary(Tensor.of(one, angles.cos()).broadcastTo(all), Tensor.of(one, angles.sin()).broadcastTo(all));
    }

    /** Row and column of the p-th patch when patches come in merge blocks: block row, block column, row in block, column in block. */
    private record PatchGrid(int rows, int columns, int merge) {
        int row(int p) {
            int block = p / (merge * merge);
            return block / (columns / merge) * merge + p % (merge * merge) / merge;
        }

        int column(int p) {
            int block = p / (merge * merge);
            return block % (columns / merge) * merge + p % merge;
        }
    }
}
