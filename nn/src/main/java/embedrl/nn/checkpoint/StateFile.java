package embedrl.nn.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes {@code state.json}, the part of a checkpoint that is not tensors. */
final class StateFile {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).enable(SerializationFeature.INDENT_OUTPUT).build();

    private StateFile() {}

    static void write(Path path, TrainingState state) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION).put("step", state.step()).put("seed", state.seed());
        state.counters().forEach(root.putObject("counters")::put);
        state.dataPositions().forEach(root.putObject("data_positions")::put);
        root.set("config", state.config());
        byte[] bytes = JSON.writeValueAsBytes(root);
        DurableFiles.writeNew(path, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    static TrainingState read(Path path) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(path));
        } catch (JacksonException e) {
            throw new SafetensorsException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
        long version = number(path, "version", root.path("version"));
        if (version != VERSION) {
            throw new SafetensorsException(path + ": expected version " + VERSION + ", found " + version);
        }
        if (!(root.path("config") instanceof ObjectNode config)) {
            throw new SafetensorsException(path + ": 'config' must be an object, found " + root.path("config").getNodeType());
        }
        return new TrainingState(number(path, "step", root.path("step")), number(path, "seed", root.path("seed")),
                numbers(path, "counters", root), numbers(path, "data_positions", root), config);
    }

    private static Map<String, Long> numbers(Path path, String field, JsonNode root) {
        if (!(root.path(field) instanceof ObjectNode object)) {
            throw new SafetensorsException(path + ": '" + field + "' must be an object, found " + root.path(field).getNodeType());
        }
        Map<String, Long> numbers = new TreeMap<>();
        object.properties().forEach(entry -> numbers.put(entry.getKey(), number(path, field + "." + entry.getKey(), entry.getValue())));
        return numbers;
    }

    private static long number(Path path, String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new SafetensorsException(path + ": '" + field + "' must be a 64-bit integer, found "
                    + (value.isMissingNode() ? "nothing" : value));
        }
        return value.longValue();
    }
}
