package embedrl.models.checkpoint;

import embedrl.nn.WeightSource;
import embedrl.nn.checkpoint.ElementType;
import embedrl.nn.checkpoint.SafetensorsException;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The weights of a Hugging Face folder: one {@code model.safetensors}, or shards named by {@code model.safetensors.index.json}. Where both are there, the
 * single file counts. Files are mapped, and values are copied out on request.
 */
public final class SafetensorsFolder implements WeightSource, AutoCloseable {
    /** Name of an unsharded file. */
    public static final String SINGLE = "model.safetensors";
    /** Name of the list of shards. */
    static final String INDEX = "model.safetensors.index.json";

    private final Map<String, SafetensorsFile> files = new TreeMap<>();
    private final Map<String, SafetensorsFile> tensors = new TreeMap<>();

    private SafetensorsFolder() {
    }

    /** Opens the folder's files. An index and its shards must name the same tensors. */
    public static SafetensorsFolder open(Path folder) throws IOException {
        SafetensorsFolder opened = new SafetensorsFolder();
        try {
            if (Files.exists(folder.resolve(SINGLE))) opened.add(folder, SINGLE);
            else if (Files.exists(folder.resolve(INDEX))) opened.addShards(folder);
            else throw new NoSuchFileException(folder.toString(), null, "weights: the folder holds neither " + SINGLE + " nor " + INDEX);
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void add(Path folder, String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) throw new NoSuchFileException(folder.resolve(name).toString(), null, "weights: a shard is missing");
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
        files.put(name, file);
        for (String tensor : file.names())
            if (tensors.putIfAbsent(tensor, file) != null) throw new SafetensorsException(folder + ": two shards hold a tensor '" + tensor + "'");
    }

    private void addShards(Path folder) throws IOException {
        Path index = folder.resolve(INDEX);
        Map<String, String> listed = new TreeMap<>();
        try {
            if (!(new JsonMapper().readTree(Files.readAllBytes(index)).path("weight_map") instanceof ObjectNode map))
                throw new SafetensorsException(index + ": weight_map must be an object of tensor names and file names");
            for (Map.Entry<String, JsonNode> entry : map.properties()) listed.put(entry.getKey(), shard(index, entry.getValue().asString("")));
        } catch (JacksonException e) {
            throw new SafetensorsException(index + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
        for (String name : listed.values()) if (!files.containsKey(name)) add(folder, name);
        StringBuilder wrong = new StringBuilder();
        listed.forEach((tensor, name) -> {
            if (!files.get(name).contains(tensor)) wrong.append("\n  missing     ").append(tensor).append(" in ").append(name);
        });
        for (String tensor : tensors.keySet()) if (!listed.containsKey(tensor)) wrong.append("\n  not listed  ").append(tensor);
        if (!wrong.isEmpty()) throw new SafetensorsException(index + ": the index does not fit its shards:" + wrong);
    }

    // A shard lies in the folder itself: an index must not reach other files.
    private static String shard(Path index, String name) {
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith("."))
            throw new SafetensorsException(index + ": a shard is a file name without a folder, got '" + name + "'");
        return name;
    }

    /** Names of all tensors, sorted. */
    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The shape of a tensor. */
    public Shape shape(String name) {
        return Shape.of(file(name).shape(name));
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = tensors.get(name);
        if (file == null) throw new SafetensorsException("weights: no tensor '" + name + "' in " + files.keySet());
        return file;
    }

    /** Type and shape of a tensor; an error where it is stored in a type that no weight has, such as integers. */
    @Override
    public TensorType type(String name) {
        ElementType stored = file(name).entry(name).type();
        DType type = switch (stored) {
            case F32 -> DType.FLOAT32;
            case F16 -> DType.FLOAT16;
            case BF16 -> DType.BFLOAT16;
            default -> throw new SafetensorsException("weights: tensor '" + name + "' must be F32, F16 or BF16, found " + stored);
        };
        return new TensorType(type, shape(name));
    }

    /** The values as they are stored, in a new buffer. The pages of the map are given back, so that a loaded model is in memory once. */
    @Override
    public Buffer read(String name) {
        Buffer values = Buffer.allocate(type(name));
        SafetensorsFile file = file(name);
        file.read(name, values);
        file.release(name);
        return values;
    }

    /** A tensor as float32; F16 and BF16 are widened exactly, other types refused. */
    public HostTensor floats(String name) {
        SafetensorsFile file = file(name);
        return HostTensor.of(Shape.of(file.shape(name)), file.floats(name));
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }
}
