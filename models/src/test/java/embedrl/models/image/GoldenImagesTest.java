package embedrl.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the image pipeline to the values of the reference processor. */
class GoldenImagesTest {
    private static Path folder(String name) throws URISyntaxException {
        return Path.of(GoldenImagesTest.class.getResource("/golden/images/" + name).toURI());
    }

    private static JsonNode read(String name) throws IOException, URISyntaxException {
        return new JsonMapper().readTree(Files.readString(folder(name).resolve("case.json")));
    }

    private static RgbImage load(Path path, RgbImage.Alpha alpha) throws IOException {
        return RgbImage.of(ImageIO.read(path.toFile()), alpha);
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
    }

    private static ImageSize size(JsonNode pair) {
        return new ImageSize(pair.get(0).intValue(), pair.get(1).intValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb-small", "rgb-noise", "rgb-shrunk", "rgb-unchanged", "rgb-one-side", "grey", "grey-16-bit", "grey-alpha", "palette",
            "palette-transparent", "rgba-opened", "rgba-path", "batch"})
    void images(String name) throws IOException, URISyntaxException {
        Path folder = folder(name);
        JsonNode root = read(name);
        JsonNode inputs = root.get("inputs");
        SmartResize rule = new SmartResize(32, inputs.get("min_pixels").longValue(), inputs.get("max_pixels").longValue());
        RgbImage.Alpha alpha = inputs.get("entry").asString().equals("file") ? RgbImage.Alpha.DROP : RgbImage.Alpha.ON_WHITE;
        float[] rows = new float[Math.multiplyExact(root.at("/expected/shape/0").intValue(), root.at("/expected/shape/1").intValue())];
        int end = 0;
        for (int i = 0; i < inputs.get("files").size(); i++) {
            RgbImage image = load(folder.resolve(inputs.get("files").get(i).asString()), alpha);
            assertThat(image.size()).isEqualTo(size(root.at("/expected/source_size").get(i)));
            if (inputs.has("rgb")) {
                assertThat(image).isEqualTo(load(folder.resolve(inputs.get("rgb").get(i).asString()), RgbImage.Alpha.DROP));
            }
            RgbImage resized = BicubicResize.resize(image, rule.of(image.size()));
            assertThat(resized.size()).isEqualTo(size(root.at("/expected/resized_size").get(i)));
            assertThat(resized).isEqualTo(load(folder.resolve(root.at("/expected/resized").get(i).asString()), RgbImage.Alpha.DROP));
            assertThat(PatchRows.grid(List.of(resized), PatchSettings.QWEN3_VL).toArray()).containsExactly(ints(root.at("/expected/image_grid_thw").get(i)));
            end = PatchRows.write(List.of(resized), PatchSettings.QWEN3_VL, rows, end);
        }
        assertThat(end).isEqualTo(rows.length);
        assertRows(folder, "expected.pixel_values", rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"video-odd", "video-sampled"})
    void videos(String name) throws IOException, URISyntaxException {
        Path folder = folder(name);
        JsonNode root = read(name);
        JsonNode inputs = root.get("inputs");
        int total = inputs.get("files").size();
        int[] picked = inputs.at("/options/do_sample_frames").asBoolean(true)
                ? FramePick.rounded(total, FramePick.count(total, inputs.get("fps").doubleValue(), 2, 4, 768)) : IntStream.range(0, total).toArray();
        assertThat(picked).containsExactly(ints(root.at("/expected/frames")));
        SmartResize rule = new SmartResize(32, inputs.get("min_pixels").longValue(), inputs.get("max_pixels").longValue());
        List<RgbImage> frames = new ArrayList<>();
        for (int index : picked) {
            RgbImage frame = load(folder.resolve(inputs.get("files").get(index).asString()), RgbImage.Alpha.DROP);
            ImageSize size = rule.ofVideo(picked.length, frame.size());
            assertThat(size).isEqualTo(size(root.at("/expected/resized_size")));
            frames.add(BicubicResize.resize(frame, size));
        }
        PatchRows rows = PatchRows.ofVideo(frames, PatchSettings.QWEN3_VL);
        assertThat(rows.grid().toArray()).containsExactly(ints(root.at("/expected/video_grid_thw/0")));
        assertRows(folder, "expected.pixel_values_videos", rows.values());
    }

    private static void assertRows(Path folder, String tensor, float[] rows) throws IOException {
        int length = PatchSettings.QWEN3_VL.rowLength();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("tensors.safetensors"))) {
            float[] expected = file.floats(tensor);
            int[] which = file.contains("expected.rows") ? file.ints("expected.rows") : IntStream.range(0, rows.length / length).toArray();
            assertThat(expected).hasSize(which.length * length);
            for (int i = 0; i < expected.length; i++) {
                float actual = rows[which[i / length] * length + i % length];
                if (Math.abs(actual - expected[i]) > 1e-5f) {
                    assertThat(actual).as("row %d, value %d", which[i / length], i % length).isEqualTo(expected[i], within(1e-5f));
                }
            }
            float[] sums = file.floats("expected.row_sums");
            assertThat(sums).hasSize(rows.length / length);
            for (int row = 0; row < sums.length; row++) {
                double sum = 0;
                for (int i = 0; i < length; i++) {
                    sum += rows[row * length + i];
                }
                assertThat(sum).as("sum of row %d", row).isEqualTo(sums[row], within(0.01));
            }
        }
    }

    @Test
    void smartResize() throws IOException, URISyntaxException {
        try (SafetensorsFile file = SafetensorsFile.open(folder("smart-resize").resolve("tensors.safetensors"))) {
            int[] table = file.ints("input.table");
            int[] expected = file.ints("expected.size");
            for (int row = 0; row < 200; row++) {
                SmartResize rule = new SmartResize(32, table[4 * row + 2], table[4 * row + 3]);
                ImageSize size = new ImageSize(table[4 * row], table[4 * row + 1]);
                if (expected[2 * row] < 0) {
                    assertThatThrownBy(() -> rule.of(size)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most 200 times");
                } else {
                    assertThat(rule.of(size)).as("row %d: %s, %s", row, size, rule).isEqualTo(new ImageSize(expected[2 * row], expected[2 * row + 1]));
                }
            }
        }
    }

    @Test
    void smartResizeOfVideos() throws IOException, URISyntaxException {
        try (SafetensorsFile file = SafetensorsFile.open(folder("smart-resize-video").resolve("tensors.safetensors"))) {
            int[] table = file.ints("input.table");
            int[] expected = file.ints("expected.size");
            for (int row = 0; row < 200; row++) {
                int at = 7 * row;
                int frames = table[at];
                ImageSize size = new ImageSize(table[at + 1], table[at + 2]);
                SmartResize plain = new SmartResize(32, table[at + 3], table[at + 4]);
                SmartResize rule = table[at + 5] == 1 ? plain.cappedPerFrame(frames, table[at + 6]) : plain;
                if (expected[2 * row] < 0) {
                    assertThatThrownBy(() -> rule.ofVideo(frames, size)).isInstanceOf(IllegalArgumentException.class);
                } else {
                    assertThat(rule.ofVideo(frames, size)).as("row %d: %d frames of %s, %s", row, frames, size, rule)
                            .isEqualTo(new ImageSize(expected[2 * row], expected[2 * row + 1]));
                }
            }
        }
    }

    @Test
    void frameSampling() throws IOException, URISyntaxException {
        JsonNode root = read("frame-sampling");
        JsonNode rows = root.at("/inputs/rows");
        assertThat(rows.size()).isGreaterThan(30);
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            JsonNode expected = root.at("/expected/rows").get(i);
            int total = row.get("total_frames").intValue();
            double fps = row.path("fps").isNumber() ? row.get("fps").doubleValue() : 24;
            int count = row.has("num_frames") ? row.get("num_frames").intValue()
                    : FramePick.count(total, fps, row.path("target_fps").asDouble(2), row.path("min_frames").asInt(4), row.path("max_frames").asInt(768));
            int[] indices = FramePick.rounded(total, count);
            assertThat(indices).as("row %d %s", i, row).containsExactly(ints(expected.get("indices")));
            double[] times = FrameTimes.ofPairs(indices, fps);
            assertThat(times).hasSize(expected.get("timestamps").size());
            for (int pair = 0; pair < times.length; pair++) {
                assertThat(times[pair]).isEqualTo(expected.get("timestamps").get(pair).doubleValue(), within(1e-9));
                assertThat(FrameTimes.label(times[pair])).as("row %d pair %d", i, pair).isEqualTo(expected.get("labels").get(pair).asString());
            }
        }
    }
}
