package embedrl.examples.parity;

import embedrl.models.image.BicubicResize;
import embedrl.models.image.FramePick;
import embedrl.models.image.FrameTimes;
import embedrl.models.image.ImageSize;
import embedrl.models.image.Normalization;
import embedrl.models.image.PatchRows;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.RgbImage;
import embedrl.models.image.SmartResize;
import embedrl.models.media.ImageFile;
import embedrl.models.media.ImageOpening;
import embedrl.models.media.MediaLimits;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Cases of image and video preprocessing: opened files, target sizes, resized pictures, patch rows, frames and times. */
final class ImageKinds {

    static final Map<String, ParityKind> KINDS = Map.of("image", ImageKinds::images, "video", ImageKinds::video, "smart_resize", ImageKinds::sizes,
            "smart_resize_video", ImageKinds::videoSizes, "frame_sampling", ImageKinds::frames);

    private static final Tolerance EXACT = new Tolerance.Exact();

    private ImageKinds() {
    }

    private static List<Check> images(CaseFile file, Executor device) {
        JsonNode inputs = file.json().required("inputs");
        known(inputs, "files", "entry", "min_pixels", "max_pixels", "patch_size", "merge_size", "temporal_patch_size", "image_mean", "image_std",
                "rescale_factor", "rgb");
        known(file.json().required("expected"), "source_size", "resized_size", "image_grid_thw", "resized", "pixel_values", "rows", "row_sums", "shape");
        PatchSettings settings = settings(inputs);
        SmartResize rule = rule(inputs, settings.factor());
        ImageOpening opening = switch (inputs.required("entry").stringValue()) {
            case "pil" -> ImageOpening.OPENED;
            case "file" -> ImageOpening.PATH;
            case String other -> throw new IllegalArgumentException("unknown entry '" + other + "'");
        };
        var checks = new ArrayList<Check>();
        var sourceSizes = new ArrayList<List<Integer>>();
        var resizedSizes = new ArrayList<List<Integer>>();
        var grids = new ArrayList<List<Integer>>();
        var parts = new ArrayList<float[]>();
        for (int i = 0; i < inputs.required("files").size(); i++) {
            RgbImage image = open(file, inputs.required("files").get(i), opening);
            if (inputs.has("rgb")) {
                checks.add(pixels("rgb[" + i + "]", image, open(file, inputs.required("rgb").get(i), ImageOpening.OPENED)));
            }
            RgbImage resized = BicubicResize.resize(image, rule.of(image.size()));
            if (file.json().at("/expected/resized").isArray()) {
                checks.add(pixels("resized[" + i + "]", resized, open(file, file.json().at("/expected/resized").get(i), ImageOpening.OPENED)));
            }
            PatchRows rows = PatchRows.of(resized, settings);
            sourceSizes.add(pair(image.size()));
            resizedSizes.add(pair(resized.size()));
            grids.add(Arrays.stream(rows.grid().toArray()).boxed().toList());
            parts.add(rows.values());
        }
        checks.add(same(file, "source_size", sourceSizes));
        checks.add(same(file, "resized_size", resizedSizes));
        checks.add(same(file, "image_grid_thw", grids));
        checks.addAll(rows(file, "pixel_values", joined(parts), settings.rowLength()));
        return checks;
    }

    private static List<Check> video(CaseFile file, Executor device) {
        JsonNode inputs = file.json().required("inputs");
        known(inputs, "files", "fps", "min_pixels", "max_pixels", "options", "patch_size", "merge_size", "temporal_patch_size", "image_mean",
                "image_std", "rescale_factor");
        known(file.json().required("expected"), "frames", "resized_size", "video_grid_thw", "pixel_values_videos", "rows", "row_sums", "shape");
        JsonNode options = inputs.required("options");
        known(options, "do_sample_frames", "fps", "num_frames", "min_frames", "max_frames", "cap_pixels_per_frame", "max_video_tokens");
        PatchSettings settings = settings(inputs);
        int total = inputs.required("files").size();
        int[] picked = options.path("do_sample_frames").asBoolean(true) ? pick(total, number(inputs, "fps", 24), options, number(options, "fps", 2), 4, 768)
                : IntStream.range(0, total).toArray();
        SmartResize rule = rule(inputs, settings.factor());
        if (options.path("cap_pixels_per_frame").asBoolean(false)) {
            rule = rule.cappedPerFrame(picked.length, (int) number(options, "max_video_tokens", 768));
        }
        var frames = new ArrayList<RgbImage>();
        for (int index : picked) {
            RgbImage frame = open(file, inputs.required("files").get(index), ImageOpening.OPENED);
            frames.add(BicubicResize.resize(frame, rule.ofVideo(picked.length, settings.temporalPatchSize(), frame.size())));
        }
        PatchRows rows = PatchRows.ofVideo(frames, settings);
        var checks = new ArrayList<Check>();
        checks.add(same(file, "frames", Arrays.stream(picked).boxed().toList()));
        checks.add(same(file, "resized_size", pair(frames.getFirst().size())));
        checks.add(same(file, "video_grid_thw", List.of(Arrays.stream(rows.grid().toArray()).boxed().toList())));
        checks.addAll(rows(file, "pixel_values_videos", rows.values(), settings.rowLength()));
        return checks;
    }

    private static List<Check> sizes(CaseFile file, Executor device) {
        JsonNode inputs = file.json().required("inputs");
        known(inputs, "table", "columns", "factor");
        columns(inputs, "height", "width", "min_pixels", "max_pixels");
        int factor = inputs.required("factor").intValue();
        long[] table = file.longs("input.table");
        var sizes = new long[table.length / 2];
        for (int row = 0; row < table.length / 4; row++) {
            int at = 4 * row;
            ImageSize size = new ImageSize(Math.toIntExact(table[at]), Math.toIntExact(table[at + 1]));
            SmartResize rule = new SmartResize(factor, table[at + 2], table[at + 3]);
            put(sizes, row, () -> rule.of(size));
        }
        return List.of(file.compare("expected.size", sizes));
    }

    private static List<Check> videoSizes(CaseFile file, Executor device) {
        JsonNode inputs = file.json().required("inputs");
        known(inputs, "table", "columns", "factor", "temporal_factor");
        columns(inputs, "frames", "height", "width", "min_pixels", "max_pixels", "cap_pixels_per_frame", "max_video_tokens");
        int factor = inputs.required("factor").intValue();
        int temporal = inputs.required("temporal_factor").intValue();
        long[] table = file.longs("input.table");
        var sizes = new long[table.length / 7 * 2];
        for (int row = 0; row < table.length / 7; row++) {
            int at = 7 * row;
            int frames = Math.toIntExact(table[at]);
            ImageSize size = new ImageSize(Math.toIntExact(table[at + 1]), Math.toIntExact(table[at + 2]));
            SmartResize plain = new SmartResize(factor, table[at + 3], table[at + 4]);
            SmartResize rule = table[at + 5] == 1 ? plain.cappedPerFrame(frames, Math.toIntExact(table[at + 6])) : plain;
            put(sizes, row, () -> rule.ofVideo(frames, temporal, size));
        }
        return List.of(file.compare("expected.size", sizes));
    }

    /** The table's mark of an error is −1, −1; only the rule's own refusal may give it. */
    private static void put(long[] sizes, int row, Supplier<ImageSize> rule) {
        try {
            ImageSize size = rule.get();
            sizes[2 * row] = size.height();
            sizes[2 * row + 1] = size.width();
        } catch (IllegalArgumentException refused) {
            if (!refused.getMessage().startsWith("smart resize: ")) {
                throw refused;
            }
            sizes[2 * row] = -1;
            sizes[2 * row + 1] = -1;
        }
    }

    private static List<Check> frames(CaseFile file, Executor device) {
        JsonNode inputs = file.json().required("inputs");
        JsonNode defaults = inputs.required("defaults");
        known(defaults, "target_fps", "min_frames", "max_frames", "fps where null");
        JsonNode expected = file.json().required("expected").required("rows");
        Tolerance times = Tolerance.of(file.json().required("tolerance").required("timestamps"));
        var checks = new ArrayList<Check>();
        for (int row = 0; row < inputs.required("rows").size(); row++) {
            JsonNode one = inputs.required("rows").get(row);
            known(one, "total_frames", "fps", "num_frames", "target_fps", "min_frames", "max_frames");
            known(expected.get(row), "indices", "timestamps", "labels");
            double fps = number(one, "fps", defaults.required("fps where null").doubleValue());
            int[] indices = pick(one.required("total_frames").intValue(), fps, one, number(one, "target_fps", defaults.required("target_fps").doubleValue()),
                    defaults.required("min_frames").intValue(), defaults.required("max_frames").intValue());
            double[] seconds = FrameTimes.ofPairs(indices, fps);
            List<String> labels = Arrays.stream(seconds).mapToObj(FrameTimes::label).toList();
            String name = "rows[" + row + "].";
            checks.add(Check.equal(name + "indices", Arrays.stream(indices).boxed().toList(), integers(expected.get(row).required("indices")), file.tolerance()));
            checks.add(Check.numbers(name + "timestamps", seconds,
                    elements(expected.get(row).required("timestamps")).stream().mapToDouble(JsonNode::doubleValue).toArray(), times));
            checks.add(Check.equal(name + "labels", labels, elements(expected.get(row).required("labels")).stream().map(JsonNode::stringValue).toList(),
                    file.tolerance()));
        }
        return checks;
    }

    private static int[] pick(int total, double fps, JsonNode options, double targetFps, int min, int max) {
        int count = options.path("num_frames").isNumber() ? options.required("num_frames").intValue()
                : FramePick.count(total, fps, targetFps, (int) number(options, "min_frames", min), (int) number(options, "max_frames", max));
        return FramePick.rounded(total, count);
    }

    private static PatchSettings settings(JsonNode inputs) {
        var normalization = new Normalization(inputs.required("rescale_factor").doubleValue(), channels(inputs.required("image_mean")),
                channels(inputs.required("image_std")));
        return new PatchSettings(inputs.required("patch_size").intValue(), inputs.required("merge_size").intValue(),
                inputs.required("temporal_patch_size").intValue(), normalization);
    }

    private static List<Double> channels(JsonNode values) {
        return elements(values).stream().map(JsonNode::doubleValue).toList();
    }

    private static SmartResize rule(JsonNode inputs, int factor) {
        return new SmartResize(factor, inputs.required("min_pixels").longValue(), inputs.required("max_pixels").longValue());
    }

    private static RgbImage open(CaseFile file, JsonNode name, ImageOpening opening) {
        return ImageFile.read(file.folder().resolve(name.stringValue()), opening, MediaLimits.DEFAULT);
    }

    private static Check pixels(String name, RgbImage actual, RgbImage expected) {
        if (!actual.size().equals(expected.size())) {
            return Check.equal(name, actual.size(), expected.size(), EXACT);
        }
        return Check.numbers(name, levels(actual), levels(expected), EXACT);
    }

    private static double[] levels(RgbImage image) {
        int[] pixels = image.pixels();
        return IntStream.range(0, 3 * pixels.length).mapToDouble(i -> pixels[i / 3] >> 16 - 8 * (i % 3) & 255).toArray();
    }

    /** The stored rows, the sum of every row, and how many there are. */
    private static List<Check> rows(CaseFile file, String name, float[] values, int length) {
        int count = values.length / length;
        boolean chosen = file.has("expected.rows");
        int[] stored = chosen ? file.ints("expected.rows") : IntStream.range(0, count).toArray();
        if (!chosen && !file.json().at("/expected/rows").asString("").equals("all")) {
            throw new IllegalArgumentException("expected.rows must be \"all\" or a tensor");
        }
        var kept = new float[stored.length * length];
        for (int i = 0; i < stored.length; i++) {
            System.arraycopy(values, stored[i] * length, kept, i * length, length);
        }
        var sums = new double[count];
        for (int i = 0; i < values.length; i++) {
            sums[i / length] += values[i];
        }
        file.markCompared("expected.rows");
        file.markCompared("expected.row_sums");
        var forSums = new Tolerance.Absolute(file.json().required("tolerance").required("row_sums").doubleValue());
        return List.of(same(file, "shape", List.of(count, length)), file.compare("expected." + name, kept),
                Check.numbers("expected.row_sums", sums, file.doubles("expected.row_sums"), forSums));
    }

    private static Check same(CaseFile file, String name, Object actual) {
        return Check.equal(name, actual, integers(file.json().required("expected").required(name)), EXACT);
    }

    private static float[] joined(List<float[]> parts) {
        var all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static List<Integer> pair(ImageSize size) {
        return List.of(size.height(), size.width());
    }

    private static double number(JsonNode node, String name, double otherwise) {
        return node.path(name).isNumber() ? node.path(name).doubleValue() : otherwise;
    }

    /** A JSON value of integers in lists, as lists. */
    private static Object integers(JsonNode json) {
        return json.isArray() ? elements(json).stream().map(ImageKinds::integers).toList() : (Object) json.intValue();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return IntStream.range(0, array.size()).mapToObj(array::get).toList();
    }

    private static void columns(JsonNode inputs, String... names) {
        List<String> stated = elements(inputs.required("columns")).stream().map(JsonNode::stringValue).toList();
        if (!stated.equals(List.of(names))) {
            throw new IllegalArgumentException("columns must be " + List.of(names) + ", got " + stated);
        }
    }

    /** A result computed without a setting, or an expectation that nobody looks at, would prove nothing. */
    private static void known(JsonNode node, String... names) {
        var unknown = new TreeSet<>(node.propertyNames());
        unknown.removeAll(Set.of(names));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("fields that this kind does not know: " + unknown);
        }
    }
}
