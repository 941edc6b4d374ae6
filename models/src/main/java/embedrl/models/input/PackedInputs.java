package embedrl.models.input;

import embedrl.tensor.DType;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The run-time inputs of a graph over a packed batch; {@link PackedBatch} gives their values under the same names.
 *
 * @param tokens   INT32 [B, T]; −1 at placeholders and padding
 * @param cos      [B, T, d/2]
 * @param sin      [B, T, d/2]
 * @param lengths  INT32 [B]: keys that a row may see
 * @param visualAt INT32 [V]: where each visual token stands in the flattened [B · T] rows; −1 for unused ones; null without images
 * @param visuals  image groups
 */
public record PackedInputs(Tensor tokens, Tensor cos, Tensor sin, Tensor lengths, Tensor visualAt, List<Group> visuals) {
    /** patches [images, rows · columns, patch width]. */
    public record Group(Tensor patches, int rows, int columns) {
    }

    /** Inputs of a layout; the names begin with a prefix where a program reads several batches. */
    public static PackedInputs of(String prefix, SequenceLayout layout, Packing model) {
        int b = layout.batch();
        int t = layout.tokens();
        int half = model.headDim() / 2;
        List<Group> groups = new ArrayList<>();
        for (SequenceLayout.Group g : layout.visuals()) {
            Tensor patches = Tensor.input(prefix + patchesName(g), DType.FLOAT32, g.count(), g.rows() * g.columns(), model.patchWidth());
            groups.add(new Group(patches, g.rows(), g.columns()));
        }
        Tensor visualAt = groups.isEmpty() ? null
                : Tensor.input(prefix + "visual_at", DType.INT32, layout.visualTokens(model.spatialMergeSize()));
        return new PackedInputs(Tensor.input(prefix + "tokens", DType.INT32, b, t), Tensor.input(prefix + "cos", DType.FLOAT32, b, t, half),
                Tensor.input(prefix + "sin", DType.FLOAT32, b, t, half), Tensor.input(prefix + "lengths", DType.INT32, b), visualAt, groups);
    }

    public static String patchesName(SequenceLayout.Group group) {
        return "patches_" + group.rows() + "x" + group.columns();
    }
}
