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
 * @param lengths  INT32 [B]: keys that a row may see; null for {@link #joined} inputs
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

    /**
     * The inputs of several layouts as one row of all their tokens [1, N]. It has no lengths: attention is {@link embedrl.nn.PiecewiseAttention}. Values are set with
     * {@link PackedBatch#setOn(embedrl.tensor.Program, String, int)}, which needs the first row of each.
     */
    public static PackedInputs joined(List<PackedInputs> pieces) {
        List<Group> groups = new ArrayList<>();
        List<Tensor> at = new ArrayList<>();
        for (PackedInputs piece : pieces) {
            groups.addAll(piece.visuals());
            if (piece.visualAt() != null) at.add(piece.visualAt());
        }
        Tensor visualAt = at.isEmpty() ? null : concat(0, at);
        return new PackedInputs(concat(1, pieces.stream().map(p -> p.tokens().reshape(1, -1)).toList()),
                concat(1, pieces.stream().map(p -> p.cos().reshape(1, -1, p.cos().size(2))).toList()),
                concat(1, pieces.stream().map(p -> p.sin().reshape(1, -1, p.sin().size(2))).toList()), null, visualAt, groups);
    }

    private static Tensor concat(int axis, List<Tensor> parts) {
        return parts.size() == 1 ? parts.getFirst() : Tensor.concat(axis, parts.toArray(Tensor[]::new));
    }

    public static String patchesName(SequenceLayout.Group group) {
        return "patches_" + group.rows() + "x" + group.columns();
    }
}
