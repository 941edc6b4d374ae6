package embedrl.examples.parity;

import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlCheckpoint;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The inputs of a vision-language case: its checkpoint, its rows without padding, and where each image or frame pair of a video stands among the patches of
 * its kind. The reference computes all images in one call and all videos in another.
 */
final class VisionLanguageCase {
    /** Token types of the reference: text, image placeholder, video placeholder. */
    private static final int TEXT = 0;
    private static final int IMAGE = 1;
    private static final int VIDEO = 2;

    /**
     * One image or one frame pair.
     *
     * @param kind       "image" or "video"
     * @param firstPatch where its patches begin among those of its kind
     */
    record Visual(String kind, int firstPatch, VisualInput input) {
    }

    private final CaseFile file;
    private final Qwen3Vl model;
    private final int width;
    private final int[] mask;
    private final int[] types;
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<List<Visual>> visuals = new ArrayList<>();

    VisionLanguageCase(CaseFile file) throws IOException {
        this.file = file;
        this.model = Qwen3VlCheckpoint.load(file.folder().resolve(file.json().required("checkpoint").stringValue()).normalize());
        this.width = file.shape("input.input_ids")[1];
        this.mask = file.ints("input.attention_mask");
        int[] ids = file.ints("input.input_ids");
        this.types = file.has("input.mm_token_type_ids") ? file.ints("input.mm_token_type_ids") : new int[ids.length];
        Deque<Visual> images = visuals("image", "pixel_values", "image_grid_thw");
        Deque<Visual> videos = visuals("video", "pixel_values_videos", "video_grid_thw");
        int placeholder = Arrays.stream(ids).max().orElse(0) + 1;   // an id of its own, since types, not ids, say what is a placeholder
        for (int b = 0; b < rows(); b++) {
            visuals.add(order(b, images, videos));
            int[] tokens = unpadded(b, i -> types[i] == TEXT ? ids[i] : placeholder);
            sequences.add(new Sequence(tokens, placeholder, visuals.getLast().stream().map(Visual::input).toList()));
        }
        if (!images.isEmpty() || !videos.isEmpty())
            throw new IllegalArgumentException("the case has " + images.size() + " images and " + videos.size() + " frame pairs without placeholders");
    }

    private Deque<Visual> visuals(String kind, String pixels, String grids) {
        Deque<Visual> all = new ArrayDeque<>();
        if (!file.has("input." + pixels)) return all;
        float[] patches = file.floats("input." + pixels);
        int patchWidth = file.shape("input." + pixels)[1];
        int[] grid = file.ints("input." + grids);
        int first = 0;
        for (int g = 0; g < grid.length; g += 3) {
            int count = grid[g] * grid[g + 1] * grid[g + 2];
            float[] own = Arrays.copyOfRange(patches, first * patchWidth, (first + count) * patchWidth);
            for (VisualInput pair : VisualInput.video(grid[g], grid[g + 1], grid[g + 2], own)) {
                all.add(new Visual(kind, first, pair));
                first += pair.rows() * pair.columns();
            }
        }
        return all;
    }

    /** The visuals of a row in the order of their placeholders. */
    private List<Visual> order(int row, Deque<Visual> images, Deque<Visual> videos) {
        int[] kinds = unpadded(row, i -> types[i]);
        int block = model.config().vision().spatialMergeSize() * model.config().vision().spatialMergeSize();
        List<Visual> order = new ArrayList<>();
        for (int i = 0; i < kinds.length; ) {
            if (kinds[i] == TEXT) {
                i++;
                continue;
            }
            Visual next = switch (kinds[i]) {
                case IMAGE -> images.poll();
                case VIDEO -> videos.poll();
                default -> throw new IllegalArgumentException("mm_token_type_ids: expected 0, 1 or 2, got " + kinds[i]);
            };
            if (next == null) throw new IllegalArgumentException("row " + row + " has a placeholder at " + i + " for which there is no image or frame pair");
            order.add(next);
            i += next.input().rows() * next.input().columns() / block;
        }
        return order;
    }

    /** The values of a row's tokens, given a function of their flattened place. */
    int[] unpadded(int row, IntUnaryOperator value) {
        return IntStream.range(row * width, (row + 1) * width).filter(i -> mask[i] == 1).map(value).toArray();
    }

    Qwen3Vl model() {
        return model;
    }

    int rows() {
        return mask.length / width;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    List<Visual> visuals(int row) {
        return visuals.get(row);
    }

    /** The visuals of a kind over the whole batch, in the order of their patches. */
    List<Visual> ofKind(String kind) {
        return visuals.stream().flatMap(List::stream).filter(v -> v.kind().equals(kind)).toList();
    }

    /** Lays out values of rows without padding, [row][tokens · columns], as the case stores them: [B, T, columns] with zeros at padding. */
    float[] padded(List<float[]> rows, int columns) {
        float[] all = new float[rows() * width * columns];
        for (int b = 0; b < rows(); b++) {
            int[] at = unpadded(b, IntUnaryOperator.identity());
            for (int t = 0; t < at.length; t++) System.arraycopy(rows.get(b), t * columns, all, at[t] * columns, columns);
        }
        return all;
    }

    /** As {@link #padded(List, int)} for whole numbers, one a token: [B, T]. */
    long[] padded(List<int[]> rows) {
        long[] all = new long[rows() * width];
        for (int b = 0; b < rows(); b++) {
            int[] at = unpadded(b, IntUnaryOperator.identity());
            for (int t = 0; t < at.length; t++) all[at[t]] = rows.get(b)[t];
        }
        return all;
    }
}
