package embedrl.models.input;

import embedrl.nn.RotaryAngles;
import embedrl.tensor.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sequences packed into the fixed sizes of a layout: the values of {@link PackedInputs}. Unused rows and images are padding that nothing reads. */
public final class PackedBatch {
    private final SequenceLayout layout;
    private final int patchWidth;
    private final int[] tokens;
    private final int[] lengths;
    private final int[] next;
    private final float[] cos;
    private final float[] sin;
    private final int[] visualAt;
    private final Map<String, float[]> patches = new HashMap<>();

    private PackedBatch(List<Sequence> sequences, int skip, SequenceLayout layout, Packing model) {
        this.layout = layout;
        int merge = model.spatialMergeSize();
        patchWidth = model.patchWidth();
        int t = layout.tokens();
        tokens = new int[layout.batch() * t];
        lengths = new int[layout.batch()];
        next = new int[layout.batch()];
        visualAt = new int[layout.visualTokens(merge)];
        Arrays.fill(tokens, -1);
        Arrays.fill(visualAt, -1);
        int rows = layout.batch() * t;
        int[] positions = new int[3 * rows];
        Map<String, GroupCursor> cursors = cursors(merge);
        for (int b = 0; b < sequences.size(); b++) {
            Sequence sequence = sequences.get(b);
            RopePositions rope = RopePositions.of(sequence, merge);
            lengths[b] = sequence.length();
            next[b] = rope.next();
            System.arraycopy(rope.time(), skip, positions, b * t, sequence.length() - skip);
            System.arraycopy(rope.row(), skip, positions, rows + b * t, sequence.length() - skip);
            System.arraycopy(rope.column(), skip, positions, 2 * rows + b * t, sequence.length() - skip);
            if (skip == 0) place(sequence, b * t, cursors, merge);
            System.arraycopy(sequence.tokens(), skip, tokens, b * t, sequence.length() - skip);
            for (int i = skip; i < sequence.length(); i++) if (sequence.isPlaceholder(i)) tokens[b * t + i - skip] = -1;
        }
        RotaryAngles angles = model.angles(positions);
        cos = angles.cos();
        sin = angles.sin();
    }

    /** Packs sequences; throws when they do not fit. */
    public static PackedBatch of(List<Sequence> sequences, SequenceLayout layout, Packing model) {
        return of(sequences, 0, layout, model);
    }

    /**
     * Packs what follows the first tokens of sequences, which are computed elsewhere; positions and lengths count them. All images must be among the first tokens;
     * throws when one is not.
     *
     * @param skip how many tokens each sequence leaves out
     */
    public static PackedBatch of(List<Sequence> sequences, int skip, SequenceLayout layout, Packing model) {
        if (sequences.size() > layout.batch()) throw new IllegalArgumentException("pack: " + sequences.size() + " sequences do not fit into " + layout);
        for (Sequence sequence : sequences)
            if (sequence.length() - skip > layout.tokens())
                throw new IllegalArgumentException("pack: a sequence of " + (sequence.length() - skip) + " tokens does not fit into " + layout);
        for (Sequence sequence : sequences)
            if (skip > sequence.length() || skip > 0 && !sequence.placeholdersEndBy(skip))
                throw new IllegalArgumentException("pack: the first " + skip + " tokens of a sequence of " + sequence.length() + " must be there and hold all its images");
        return new PackedBatch(sequences, skip, layout, model);
    }

    private static final class GroupCursor {
        final SequenceLayout.Group group;
        final float[] patches;
        final int firstToken;
        int used;

        GroupCursor(SequenceLayout.Group group, int patchWidth, int firstToken) {
            this.group = group;
            this.patches = new float[group.count() * group.rows() * group.columns() * patchWidth];
            this.firstToken = firstToken;
        }
    }

    private Map<String, GroupCursor> cursors(int merge) {
        Map<String, GroupCursor> cursors = new HashMap<>();
        int first = 0;
        for (SequenceLayout.Group group : layout.visuals()) {
            GroupCursor cursor = new GroupCursor(group, patchWidth, first);
            cursors.put(PackedInputs.patchesName(group), cursor);
            patches.put(PackedInputs.patchesName(group), cursor.patches);
            first += group.count() * group.rows() * group.columns() / (merge * merge);
        }
        return cursors;
    }

    private void check(VisualInput visual, int merge) {
        if (patchWidth == 0) throw new IllegalArgumentException("pack: a sequence holds an image, but the model reads texts only");
        int width = visual.patches().length / (visual.rows() * visual.columns());
        if (width != patchWidth)
            throw new IllegalArgumentException("pack: an image's patches are " + width + " wide, the model reads " + patchWidth + " numbers a patch");
        if (visual.rows() % merge != 0 || visual.columns() % merge != 0)
            throw new IllegalArgumentException("pack: a grid of " + visual.rows() + " × " + visual.columns() + " patches does not divide into blocks of "
                    + merge + " × " + merge);
    }

    private void place(Sequence sequence, int row, Map<String, GroupCursor> cursors, int merge) {
        int at = 0;
        for (VisualInput visual : sequence.visuals()) {
            check(visual, merge);
            GroupCursor cursor = cursors.get("patches_" + visual.rows() + "x" + visual.columns());
            if (cursor == null || cursor.used == cursor.group.count())
                throw new IllegalArgumentException("pack: more images of " + visual.rows() + " × " + visual.columns() + " patches than fit into " + layout);
            System.arraycopy(visual.patches(), 0, cursor.patches, cursor.used * visual.patches().length, visual.patches().length);
            int count = visual.rows() * visual.columns() / (merge * merge);
            int slot = cursor.firstToken + cursor.used * count;
            cursor.used++;
            for (int i = 0; i < count; i++) {
                while (!sequence.isPlaceholder(at)) at++;
                visualAt[slot + i] = row + at++;
            }
        }
    }

    /** Sets all inputs of a program that was built on {@link PackedInputs#of} with the same prefix and layout. */
    public void setOn(Program program, String prefix) {
        setOn(program, prefix, 0);
    }

    /** As above, for a part of {@link PackedInputs#joined}: this batch's tokens begin at a row. */
    public void setOn(Program program, String prefix, int firstRow) {
        program.set(prefix + "tokens", tokens).set(prefix + "lengths", lengths).set(prefix + "cos", cos).set(prefix + "sin", sin);
        if (visualAt.length > 0) program.set(prefix + "visual_at", Arrays.stream(visualAt).map(at -> at < 0 ? at : firstRow + at).toArray());
        patches.forEach((name, values) -> program.set(prefix + name, values));
    }

    public SequenceLayout layout() {
        return layout;
    }

    public int length(int row) {
        return lengths[row];
    }

    /** Rotary position (on all three axes) of the token that follows a row. */
    public int next(int row) {
        return next[row];
    }
}
