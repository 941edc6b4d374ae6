package embedrl.models.checkpoint;

import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes parameters as {@code model.safetensors}, or as shards with an index, as the reference library reads them. Tensors are widened and written one at a
 * time. Files of an earlier save that no longer belong to the weights are removed at the end.
 */
public final class WeightWriter {
    private static final Pattern SHARD = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private WeightWriter() {
    }

    /** Writes into a folder that exists; each file is replaced in one step. */
    public static void write(Map<String, Variable> parameters, WeightFormat format, Path folder) throws IOException {
        List<Map<String, Variable>> files = divided(parameters, format);
        List<String> names = new ArrayList<>();
        if (files.size() == 1) {
            names.add(SafetensorsFolder.SINGLE);
            writer(files.getFirst(), format).write(folder.resolve(SafetensorsFolder.SINGLE));
        } else {
            ObjectNode index = JSON.createObjectNode();
            index.putObject("metadata").put("total_size", parameters.values().stream().mapToLong(p -> bytes(p, format)).sum());
            ObjectNode places = index.putObject("weight_map");
            for (int i = 0; i < files.size(); i++) {
                String name = String.format("model-%05d-of-%05d.safetensors", i + 1, files.size());
                names.add(name);
                files.get(i).keySet().forEach(tensor -> places.put(tensor, name));
                writer(files.get(i), format).write(folder.resolve(name));
            }
            names.add(SafetensorsFolder.INDEX);
            DurableFiles.replace(folder.resolve(SafetensorsFolder.INDEX), JSON.writeValueAsString(index).getBytes(StandardCharsets.UTF_8));
        }
        removeOthers(folder, names);
    }

    private static List<Map<String, Variable>> divided(Map<String, Variable> parameters, WeightFormat format) {
        List<Map<String, Variable>> files = new ArrayList<>(List.of(new LinkedHashMap<>()));
        long used = 0;
        for (Map.Entry<String, Variable> parameter : parameters.entrySet()) {
            long bytes = bytes(parameter.getValue(), format);
            if (!files.getLast().isEmpty() && used > format.maxFileBytes() - bytes) {
                files.add(new LinkedHashMap<>());
                used = 0;
            }
            files.getLast().put(parameter.getKey(), parameter.getValue());
            used += bytes;
        }
        return files;
    }

    private static long bytes(Variable parameter, WeightFormat format) {
        return (long) parameter.shape().count() * format.type().bytes();
    }

    private static SafetensorsWriter writer(Map<String, Variable> parameters, WeightFormat format) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        parameters.forEach((name, parameter) -> {
            switch (format.type()) {
                case FLOAT32 -> writer.floats(name, parameter.shape().sizes(), () -> parameter.value().floats());
                case BFLOAT16 -> writer.bfloat16(name, parameter.shape().sizes(), () -> parameter.value().floats());
            }
        });
        return writer;
    }

    private static void removeOthers(Path folder, List<String> written) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean weights = name.equals(SafetensorsFolder.SINGLE) || name.equals(SafetensorsFolder.INDEX) || SHARD.matcher(name).matches();
                if (weights && !written.contains(name)) Files.delete(file);
            }
        }
    }
}
