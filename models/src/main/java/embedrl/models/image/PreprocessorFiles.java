package embedrl.models.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the preprocessing files of a checkpoint folder: {@code preprocessor_config.json}, {@code video_preprocessor_config.json}, or both
 * inside {@code processor_config.json}.
 *
 * <p>What a file does not state has the default of Qwen3-VL's processors. A value that cannot be honored is an error that names it.
 */
public final class PreprocessorFiles {
    /** The file for pictures. */
    public static final String IMAGE = "preprocessor_config.json";
    /** The file for videos. */
    public static final String VIDEO = "video_preprocessor_config.json";
    /** The file that newer checkpoints have for both. */
    public static final String BOTH = "processor_config.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BICUBIC = 3;
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final Set<String> KNOWN_STEPS = Set.of("do_resize", "do_rescale", "do_normalize", "do_convert_rgb", "do_sample_frames");
    private static final Set<String> IMAGE_TYPES = Set.of("Qwen2VLImageProcessor", "Qwen2VLImageProcessorFast", "Qwen2VLImageProcessorPil", "Qwen3VLImageProcessor",
            "Qwen3VLImageProcessorFast");

    private PreprocessorFiles() {}

    /** What a folder states for pictures; the defaults of Qwen3-VL where it has no such file. */
    public static ImagePreprocessing image(Path folder) throws IOException {
        Section section = section(folder, IMAGE, "image_processor");
        return section == null ? ImagePreprocessing.QWEN3_VL : image(section.json(), section.name());
    }

    /** What a folder states for videos; the defaults of Qwen3-VL where it has no such file. */
    public static VideoPreprocessing video(Path folder) throws IOException {
        Section section = section(folder, VIDEO, "video_processor");
        return section == null ? VideoPreprocessing.QWEN3_VL : video(section.json(), section.name());
    }

    private record Section(JsonNode json, String name) {}

    private static Section section(Path folder, String file, String inner) throws IOException {
        Path both = folder.resolve(BOTH);
        if (Files.exists(both)) {
            JsonNode json = read(both).path(inner);
            if (json.isObject()) {
                return new Section(json, both + ": " + inner);
            }
        }
        Path own = folder.resolve(file);
        return Files.exists(own) ? new Section(read(own), own.toString()) : null;
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (!json.isObject()) {
                throw new IOException(file + ": must be a JSON object");
            }
            return json;
        } catch (JacksonException damaged) {
            throw new IOException(file + ": no valid JSON: " + damaged.getOriginalMessage(), damaged);
        }
    }

    /** Reads a JSON object for pictures; messages call it by the name. */
    static ImagePreprocessing image(JsonNode json, String name) throws IOException {
        String type = text(json, "image_processor_type", "Qwen2VLImageProcessor", name);
        if (!IMAGE_TYPES.contains(type)) {
            throw unsupported(name, "image_processor_type", type, "one of " + IMAGE_TYPES.stream().sorted().toList());
        }
        // A file of the processor that Qwen3-VL shares with Qwen2-VL: what it leaves out are that one's defaults.
        var settings = patches(json, name, 14, CLIP_MEAN, CLIP_STD);
        return checked(name, () -> new ImagePreprocessing(resize(json, name, settings, 56 * 56, 28 * 28 * 1280), settings));
    }

    /** Reads a JSON object for videos; messages call it by the name. */
    static VideoPreprocessing video(JsonNode json, String name) throws IOException {
        String type = text(json, "video_processor_type", "Qwen3VLVideoProcessor", name);
        if (!type.equals("Qwen3VLVideoProcessor")) {
            throw unsupported(name, "video_processor_type", type, "Qwen3VLVideoProcessor");
        }
        var settings = patches(json, name, 16, HALF, HALF);
        boolean capped = flag(json, "cap_pixels_per_frame", false, name);
        return checked(name, () -> new VideoPreprocessing(sampling(json, name), resize(json, name, settings, 128 * 32 * 32, 32 * 32 * 768),
                capped ? (Integer) integer(json, "max_video_tokens", 768, name) : null, settings));
    }

    private static VideoSampling sampling(JsonNode json, String name) throws IOException {
        if (!flag(json, "do_sample_frames", true, name)) {
            return null;
        }
        int min = integer(json, "min_frames", 4, name);
        int max = integer(json, "max_frames", 768, name);
        if (json.path("num_frames").isNumber()) {
            return new VideoSampling(null, integer(json, "num_frames", 1, name), min, max);
        }
        return new VideoSampling(number(json, "fps", 2, name), null, min, max);
    }

    private static PatchSettings patches(JsonNode json, String name, int patch, List<Double> mean, List<Double> std) throws IOException {
        for (String step : json.propertyNames()) {
            if (step.startsWith("do_") && !KNOWN_STEPS.contains(step) && flag(json, step, false, name)) {
                throw unsupported(name, step, "true", "false");
            }
        }
        if (!flag(json, "do_convert_rgb", true, name)) {
            throw unsupported(name, "do_convert_rgb", "false", "true");
        }
        JsonNode resample = json.path("resample");
        boolean bicubic = resample.isMissingNode() || resample.isNull() || resample.isInt() && resample.intValue() == BICUBIC
                || resample.isString() && resample.stringValue().equalsIgnoreCase("bicubic");
        if (!bicubic) {
            throw unsupported(name, "resample", resample.toString(), "3 (bicubic)");
        }
        String format = text(json, "data_format", "channels_first", name);
        if (!format.equals("channels_first")) {
            throw unsupported(name, "data_format", format, "channels_first");
        }
        boolean normalize = flag(json, "do_normalize", true, name);
        double rescale = flag(json, "do_rescale", true, name) ? number(json, "rescale_factor", Normalization.BYTE, name) : 1;
        return checked(name, () -> new PatchSettings(integer(json, "patch_size", patch, name), integer(json, "merge_size", 2, name),
                integer(json, "temporal_patch_size", 2, name), new Normalization(rescale, normalize ? channels(json, "image_mean", mean, name) : List.of(0.0, 0.0, 0.0),
                normalize ? channels(json, "image_std", std, name) : List.of(1.0, 1.0, 1.0))));
    }

    private static SmartResize resize(JsonNode json, String name, PatchSettings settings, long min, long max) throws IOException {
        if (!flag(json, "do_resize", true, name)) {
            return null;
        }
        JsonNode size = json.path("size");
        if (!size.isMissingNode() && !size.isNull()) {
            for (String field : size.propertyNames()) {
                if (!Set.of("shortest_edge", "longest_edge", "min_pixels", "max_pixels").contains(field) && !size.path(field).isNull()) {
                    throw unsupported(name, "size." + field, size.path(field).toString(), "shortest_edge and longest_edge, which count pixels");
                }
            }
            min = limit(size, "min_pixels", limit(size, "shortest_edge", min, name), name);
            max = limit(size, "max_pixels", limit(size, "longest_edge", max, name), name);
        }
        return new SmartResize(settings.factor(), limit(json, "min_pixels", min, name), limit(json, "max_pixels", max, name));
    }

    /** Writes both files, so that the reference's processors read the same settings. */
    public static void write(Path folder, ImagePreprocessing image, VideoPreprocessing video) throws IOException {
        ObjectNode forImages = common(image.patches(), image.resize());
        forImages.put("image_processor_type", "Qwen2VLImageProcessor");
        Files.writeString(folder.resolve(IMAGE), pretty(forImages));
        ObjectNode forVideos = common(video.patches(), video.resize());
        forVideos.put("video_processor_type", "Qwen3VLVideoProcessor");
        forVideos.put("do_sample_frames", video.sampling() != null);
        if (video.sampling() != null) {
            VideoSampling sampling = video.sampling();
            if (sampling.fps() != null) {
                forVideos.put("fps", sampling.fps());
            } else {
                forVideos.putNull("fps");
                forVideos.put("num_frames", sampling.frames());
            }
            forVideos.put("min_frames", sampling.minFrames());
            forVideos.put("max_frames", sampling.maxFrames());
        }
        forVideos.put("cap_pixels_per_frame", video.tokensPerFrame() != null);
        if (video.tokensPerFrame() != null) {
            forVideos.put("max_video_tokens", video.tokensPerFrame());
        }
        Files.writeString(folder.resolve(VIDEO), pretty(forVideos));
    }

    private static ObjectNode common(PatchSettings settings, SmartResize resize) {
        ObjectNode json = JSON.createObjectNode();
        json.put("processor_class", "Qwen3VLProcessor");
        json.put("do_resize", resize != null);
        if (resize != null) {
            json.putObject("size").put("shortest_edge", resize.minPixels()).put("longest_edge", resize.maxPixels());
        }
        json.put("resample", BICUBIC);
        json.put("do_rescale", settings.normalization().rescale() != 1);
        json.put("rescale_factor", settings.normalization().rescale());
        json.put("do_normalize", true);
        settings.normalization().mean().forEach(json.putArray("image_mean")::add);
        settings.normalization().std().forEach(json.putArray("image_std")::add);
        json.put("do_convert_rgb", true);
        json.put("patch_size", settings.patchSize());
        json.put("merge_size", settings.mergeSize());
        json.put("temporal_patch_size", settings.temporalPatchSize());
        return json;
    }

    private static String pretty(ObjectNode json) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }

    private interface Build<T> {
        T build() throws IOException;
    }

    // A record refuses what it cannot hold; here the message gets the file's name.
    private static <T> T checked(String name, Build<T> build) throws IOException {
        try {
            return build.build();
        } catch (IllegalArgumentException refused) {
            throw new IOException(name + ": " + refused.getMessage(), refused);
        }
    }

    private static boolean absent(JsonNode json, String field) {
        return json.path(field).isMissingNode() || json.path(field).isNull();
    }

    private static boolean flag(JsonNode json, String field, boolean otherwise, String name) throws IOException {
        if (absent(json, field)) {
            return otherwise;
        } else if (!json.path(field).isBoolean()) {
            throw unsupported(name, field, json.path(field).toString(), "true or false");
        }
        return json.path(field).booleanValue();
    }

    private static String text(JsonNode json, String field, String otherwise, String name) throws IOException {
        if (absent(json, field)) {
            return otherwise;
        } else if (!json.path(field).isString()) {
            throw unsupported(name, field, json.path(field).toString(), "a string");
        }
        return json.path(field).stringValue();
    }

    private static double number(JsonNode json, String field, double otherwise, String name) throws IOException {
        if (absent(json, field)) {
            return otherwise;
        } else if (!json.path(field).isNumber()) {
            throw unsupported(name, field, json.path(field).toString(), "a number");
        }
        return json.path(field).doubleValue();
    }

    private static int integer(JsonNode json, String field, int otherwise, String name) throws IOException {
        long value = limit(json, field, otherwise, name);
        if (value != (int) value) {
            throw unsupported(name, field, Long.toString(value), "at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private static long limit(JsonNode json, String field, long otherwise, String name) throws IOException {
        if (absent(json, field)) {
            return otherwise;
        } else if (!json.path(field).isIntegralNumber() || !json.path(field).canConvertToLong()) {
            throw unsupported(name, field, json.path(field).toString(), "an integer");
        }
        return json.path(field).longValue();
    }

    private static List<Double> channels(JsonNode json, String field, List<Double> otherwise, String name) throws IOException {
        if (absent(json, field)) {
            return otherwise;
        }
        JsonNode array = json.path(field);
        if (array.isNumber()) {
            return List.of(array.doubleValue(), array.doubleValue(), array.doubleValue());
        }
        if (!array.isArray() || array.size() != 3 || IntStream.range(0, 3).anyMatch(i -> !array.get(i).isNumber())) {
            throw unsupported(name, field, array.toString(), "a number for each of 3 channels");
        }
        return IntStream.range(0, 3).mapToObj(i -> array.get(i).doubleValue()).toList();
    }

    private static IOException unsupported(String name, String field, String value, String supported) {
        return new IOException(name + ": " + field + " is " + value + ", supported is " + supported);
    }
}
