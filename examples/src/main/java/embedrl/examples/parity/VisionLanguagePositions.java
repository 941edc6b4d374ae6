package embedrl.examples.parity;

import embedrl.models.input.RopePositions;
import embedrl.models.qwen3vl.PatchPositions;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.nn.RotaryAngles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a vision-language case expects of positions and angles, computed without running the model. Names are those of the case. */
final class VisionLanguagePositions {
    private final VisionLanguageCase of;
    private final Qwen3VlConfig config;
    private final List<RopePositions> rows;

    VisionLanguagePositions(VisionLanguageCase of) {
        this.of = of;
        this.config = of.model().config();
        this.rows = of.sequences().stream().map(s -> RopePositions.of(s, config.vision().spatialMergeSize())).toList();
    }

    /** Positions [3, B, T] on the time, row and column axes. */
    long[] positions() {
        List<long[]> axes = new ArrayList<>();
        for (Function<RopePositions, int[]> axis : List.<Function<RopePositions, int[]>>of(RopePositions::time, RopePositions::row, RopePositions::column))
            axes.add(of.padded(rows.stream().map(axis).toList()));
        long[] all = new long[3 * axes.getFirst().length];
        for (int axis = 0; axis < 3; axis++) System.arraycopy(axes.get(axis), 0, all, axis * axes.get(axis).length, axes.get(axis).length);
        return all;
    }

    /** Largest position + 1 − tokens, of each row [B, 1]. */
    long[] deltas() {
        long[] deltas = new long[rows.size()];
        for (int b = 0; b < deltas.length; b++) deltas[b] = rows.get(b).next() - rows.get(b).time().length;
        return deltas;
    }

    /** Positions [3, B, S] of the tokens that are fed back after the prompt. */
    long[] decoded(int steps) {
        long[] all = new long[3 * rows.size() * steps];
        for (int i = 0; i < all.length; i++) all[i] = rows.get(i / steps % rows.size()).next() + i % steps;
        return all;
    }

    /** Cosines or sines of the decoder [B, T, d], which the reference stores twice, one after the other. */
    float[] rotary(Function<RotaryAngles, float[]> part) {
        int pairs = config.text().headDim() / 2;
        List<float[]> full = new ArrayList<>();
        for (RopePositions row : rows) full.add(twice(part.apply(config.text().angles(axes(row))), pairs));
        return of.padded(full, 2 * pairs);
    }

    private static int[] axes(RopePositions row) {
        int length = row.time().length;
        int[] axes = new int[3 * length];
        System.arraycopy(row.time(), 0, axes, 0, length);
        System.arraycopy(row.row(), 0, axes, length, length);
        System.arraycopy(row.column(), 0, axes, 2 * length, length);
        return axes;
    }

    private static float[] twice(float[] half, int pairs) {
        float[] full = new float[2 * half.length];
        for (int row = 0; row < half.length / pairs; row++)
            for (int copy = 0; copy < 2; copy++) System.arraycopy(half, row * pairs, full, (2 * row + copy) * pairs, pairs);
        return full;
    }

    /** The patch positions of all visuals of a kind, one after the other. */
    private List<PatchPositions> patches(String kind) {
        return of.ofKind(kind).stream().map(v -> PatchPositions.of(v.input().rows(), v.input().columns(), config.vision())).toList();
    }

    /** A vision tensor of positions by the name of its part, such as "rotary_cos"; null where the name is another's. */
    double[] vision(String kind, String part) {
        VisionConfig vision = config.vision();
        int pairs = vision.headWidth() / 2;
        return switch (part) {
            case "interpolation_indices" -> joined(patches(kind), p -> doubles(p.indices()));
            case "interpolation_weights" -> joined(patches(kind), p -> doubles(p.weights()));
            case "rotary_position_ids" -> joined(patches(kind), VisionLanguagePositions::coordinates);
            case "rotary_cos" -> joined(patches(kind), p -> doubles(twice(p.angles(vision).cos(), pairs)));
            case "rotary_sin" -> joined(patches(kind), p -> doubles(twice(p.angles(vision).sin(), pairs)));
            default -> null;
        };
    }

    private static double[] coordinates(PatchPositions p) {
        double[] both = new double[2 * p.count()];
        for (int i = 0; i < p.count(); i++) {
            both[2 * i] = p.rows()[i];
            both[2 * i + 1] = p.columns()[i];
        }
        return both;
    }

    private static double[] joined(List<PatchPositions> visuals, Function<PatchPositions, double[]> values) {
        return visuals.stream().map(values).flatMapToDouble(java.util.Arrays::stream).toArray();
    }

    private static double[] doubles(int[] values) {
        return java.util.Arrays.stream(values).asDoubleStream().toArray();
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) wide[i] = values[i];
        return wide;
    }
}
