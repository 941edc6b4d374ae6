package embedrl.models.qwen3vl;

import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One case of a reference checkpoint as sequences without padding. Its images and the frame pairs of its videos are numbered in the order in which the
 * reference computes them: all images, and all frame pairs.
 */
final class GoldenCase implements AutoCloseable {
    /** A visual of a kind ("image" or "video") and where its patches begin among those of its kind. */
    record Visual(String kind, int firstPatch, VisualInput input) {
    }

    private final JsonNode description;
    private final SafetensorsFile tensors;
    private final int width;
    private final int[] mask;
    private final int[] ids;
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<List<Visual>> visuals = new ArrayList<>();

    GoldenCase(String checkpoint, String name) throws IOException, URISyntaxException {
        Path folder = GoldenModel.folder(checkpoint).resolve("cases").resolve(name);
        description = new JsonMapper().readTree(folder.resolve("case.json").toFile());
        tensors = SafetensorsFile.open(folder.resolve("tensors.safetensors"));
        width = tensors.shape("input.input_ids")[1];
        mask = tensors.ints("input.attention_mask");
        ids = tensors.ints("input.input_ids");
        JsonNode config = GoldenModel.config(checkpoint);
        int image = config.get("image_token_id").intValue();
        int video = config.get("video_token_id").intValue();
        List<Visual> images = visuals("image", "pixel_values", "image_grid_thw");
        List<Visual> videos = visuals("video", "pixel_values_videos", "video_grid_thw");
        for (int b = 0; b < rows(); b++) {
            int[] tokens = unpadded(b, i -> ids[i]);
            List<Visual> order = new ArrayList<>();
            for (int i = 0; i < tokens.length; ) {
                if (tokens[i] != image && tokens[i] != video) {
                    i++;
                    continue;
                }
                Visual next = (tokens[i] == image ? images : videos).removeFirst();
                order.add(next);
                i += next.input().rows() * next.input().columns() / 4;
            }
            visuals.add(order);
            sequences.add(Sequence.withVideos(tokens, image, video, order.stream().map(Visual::input).toList()));
        }
    }

    private List<Visual> visuals(String kind, String pixels, String grids) {
        List<Visual> all = new ArrayList<>();
        if (!tensors.contains("input." + pixels)) return all;
        float[] patches = tensors.floats("input." + pixels);
        int patchWidth = tensors.shape("input." + pixels)[1];
        int[] grid = tensors.ints("input." + grids);
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

    private int[] unpadded(int row, IntFunction<Integer> value) {
        return IntStream.range(row * width, (row + 1) * width).filter(i -> mask[i] == 1).map(value::apply).toArray();
    }

    int rows() {
        return mask.length / width;
    }

    /** Tokens of a row, with padding. */
    int width() {
        return width;
    }

    /** Position of a row's first token. */
    int offset(int row) {
        return (int) IntStream.range(row * width, (row + 1) * width).takeWhile(i -> mask[i] == 0).count();
    }

    List<Sequence> sequences() {
        return sequences;
    }

    List<Visual> visuals(int row) {
        return visuals.get(row);
    }

    /** Targets of a row without padding; −1 where not counted. */
    int[] labels(int row) {
        int[] labels = tensors.ints("input.labels");
        return unpadded(row, i -> Math.max(-1, labels[i]));
    }

    boolean contains(String name) {
        return tensors.contains(name);
    }

    List<String> names(String prefix) {
        return tensors.names().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    float[] floats(String name) {
        return tensors.floats(name);
    }

    int[] ints(String name) {
        return tensors.ints(name);
    }

    int[] shape(String name) {
        return tensors.shape(name);
    }

    /** The largest allowed relative error of a result. */
    double tolerance(String name) {
        JsonNode of = name.startsWith("grad.") ? description.get("gradients").get(name.substring(5)) : description.get("expected").get(name.substring(9));
        return of.get("tolerance").get("value").doubleValue();
    }

    int embToken() {
        return description.get("emb_token_id").intValue();
    }

    @Override
    public void close() {
        tensors.close();
    }

    /** Largest difference over the largest expected magnitude; infinite where a value is not finite. */
    static double relativeMaximum(float[] actual, float[] expected) {
        if (actual.length != expected.length) throw new IllegalArgumentException(actual.length + " values, expected " + expected.length);
        double difference = 0;
        double size = 1e-30;
        for (int i = 0; i < actual.length; i++) {
            if (!Float.isFinite(actual[i])) return Double.POSITIVE_INFINITY;
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
            size = Math.max(size, Math.abs(expected[i]));
        }
        return difference / size;
    }
}
