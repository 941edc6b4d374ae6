package embedrl.examples.parity;

import embedrl.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One reference case: its {@code case.json} and, where it has one, its {@code tensors.safetensors}.
 *
 * <p>Tensors go by the names of the file: {@code input.x}, {@code expected.y}, {@code grad.x}. A value of that name that stands in the JSON instead is
 * read the same way. Results are compared through {@link #compare}, which remembers the name; {@link #uncompared} lists what a kind forgot.
 */
public final class CaseFile implements AutoCloseable {

    public static final String CASE = "case.json";
    private static final String TENSORS = "tensors.safetensors";
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private final Path folder;
    private final JsonNode json;
    private final SafetensorsFile tensors;   // null where the case has none
    private final WeightsFolder weights;
    private final Set<String> compared = new TreeSet<>();

    private CaseFile(Path folder, JsonNode json, SafetensorsFile tensors, WeightsFolder weights) {
        this.folder = folder;
        this.json = json;
        this.tensors = tensors;
        this.weights = weights;
    }

    /** Opens the case in a folder that needs no files from elsewhere. */
    public static CaseFile open(Path folder) throws IOException {
        return open(folder, WeightsFolder.none());
    }

    /** Opens the case in a folder; files that it only names are looked for in {@code weights}. */
    public static CaseFile open(Path folder, WeightsFolder weights) throws IOException {
        JsonNode json = JSON.readTree(Files.readString(folder.resolve(CASE)));
        Path tensors = folder.resolve(TENSORS);
        return new CaseFile(folder, json, Files.exists(tensors) ? SafetensorsFile.open(tensors) : null, weights);
    }

    public Path folder() {
        return folder;
    }

    public JsonNode json() {
        return json;
    }

    /** The file that {@code {"weights": {"package", "file", "sha256"}}} names, found below the folder of {@code --weights}. */
    public Path weights() throws IOException {
        return external("weights", "file", "sha256");
    }

    /** The file that two fields of a section name: its path in the section's {@code package}, and its SHA-256. */
    public Path external(String section, String fileField, String hashField) throws IOException {
        JsonNode source = json.required(section);
        return weights.find(source.required("package").stringValue(), source.required(fileField).stringValue(),
                source.required(hashField).stringValue());
    }

    public String kind() {
        return json.required("kind").stringValue();
    }

    public Parameters parameters() {
        return new Parameters(json.required("parameters"));
    }

    /** The values of a tensor of floats or, if that is what it holds, of integers. */
    public double[] doubles(String tensor) {
        if (isStored(tensor)) {
            return switch (tensors.entry(tensor).type()) {
                case I32, I64 -> Arrays.stream(tensors.longs(tensor)).asDoubleStream().toArray();
                default -> tensors.doubles(tensor);
            };
        }
        return flattened(inline(tensor)).stream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    public float[] floats(String tensor) {
        return isStored(tensor) ? tensors.floats(tensor) : narrowed(doubles(tensor));
    }

    public long[] longs(String tensor) {
        return isStored(tensor) ? tensors.longs(tensor) : flattened(inline(tensor)).stream().mapToLong(JsonNode::longValue).toArray();
    }

    public int[] ints(String tensor) {
        return Arrays.stream(longs(tensor)).mapToInt(Math::toIntExact).toArray();
    }

    /** The shape of a stored tensor. */
    public int[] shape(String tensor) {
        return stored(tensor).shape(tensor);
    }

    /** True if the file or the JSON has values of that name. */
    public boolean has(String tensor) {
        return isStored(tensor) || isInline(inlineOrMissing(tensor));
    }

    /** Compares a result with the tensor of that name, under that tensor's tolerance or else the case's. */
    public Check compare(String tensor, double[] actual) {
        compared.add(tensor);
        return Check.numbers(tensor, actual, doubles(tensor), tolerance(tensor));
    }

    public Check compare(String tensor, float[] actual) {
        return compare(tensor, IntStream.range(0, actual.length).mapToDouble(i -> actual[i]).toArray());
    }

    public Check compare(String tensor, long[] actual) {
        return compare(tensor, Arrays.stream(actual).asDoubleStream().toArray());
    }

    /** The tolerance beside the expected value or gradient, or else the case's. */
    public Tolerance tolerance(String tensor) {
        JsonNode own = inlineOrMissing(tensor).path("tolerance");
        return own.isMissingNode() ? tolerance() : Tolerance.of(own);
    }

    /** The tolerance of the whole case. */
    public Tolerance tolerance() {
        JsonNode tolerance = json.path("tolerance");
        if (tolerance.isMissingNode()) {
            throw new IllegalArgumentException("the case states no tolerance, neither beside the expected value nor for all");
        }
        return Tolerance.of(tolerance);
    }

    /** Says that a result was compared by other means than {@link #compare}. */
    public void markCompared(String tensor) {
        compared.add(tensor);
    }

    /** Stored results and gradients that nothing was compared with. */
    public Set<String> uncompared() {
        var left = new TreeSet<String>();
        if (tensors != null) {
            tensors.names().stream().filter(name -> name.startsWith("expected.") || name.startsWith("grad.")).forEach(left::add);
        }
        left.removeAll(compared);
        return left;
    }

    @Override
    public void close() {
        if (tensors != null) {
            tensors.close();
        }
    }

    private boolean isStored(String tensor) {
        return tensors != null && tensors.contains(tensor);
    }

    private SafetensorsFile stored(String tensor) {
        if (!isStored(tensor)) {
            throw new IllegalArgumentException("tensor '" + tensor + "' is missing");
        }
        return tensors;
    }

    private JsonNode inline(String tensor) {
        JsonNode value = inlineOrMissing(tensor);
        if (!isInline(value)) {
            throw new IllegalArgumentException("tensor '" + tensor + "' is missing");
        }
        return value;
    }

    private static boolean isInline(JsonNode value) {
        return value.isArray() || value.isNumber();
    }

    private JsonNode inlineOrMissing(String tensor) {
        int dot = tensor.indexOf('.');
        String section = switch (tensor.substring(0, Math.max(dot, 0))) {
            case "input" -> "inputs";
            case "expected" -> "expected";
            case "grad" -> "gradients";
            default -> throw new IllegalArgumentException("a tensor's name begins with input., expected. or grad., got '" + tensor + "'");
        };
        return json.path(section).path(tensor.substring(dot + 1));
    }

    private static List<JsonNode> flattened(JsonNode value) {
        if (!value.isArray()) {
            return List.of(value);
        }
        return IntStream.range(0, value.size()).mapToObj(value::get).flatMap(element -> flattened(element).stream()).toList();
    }

    private static float[] narrowed(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
