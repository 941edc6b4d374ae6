package embedrl.examples.parity;

import embedrl.models.gguf.GgufFile;
import embedrl.models.gguf.GgufTensor;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Cases of GGUF files: values of blocks of every type. */
final class GgufKinds {

    static final Map<String, ParityKind> KINDS = Map.of("gguf_dequant", GgufKinds::dequantized);
    private static final String DEQUANTIZED = "dequant.";

    private GgufKinds() {
    }

    private static List<Check> dequantized(CaseFile file, Executor device) throws IOException {
        var checks = new ArrayList<Check>();
        try (GgufFile gguf = open(file)) {
            checks.addAll(types(file, gguf));
            for (String name : file.json().required("expected").propertyNames()) {
                if (!name.startsWith(DEQUANTIZED)) {
                    throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
                }
                checks.addAll(values(file, gguf, name));
            }
        }
        return checks;
    }

    /** The GGUF file that lies beside the case. */
    static GgufFile open(CaseFile file) throws IOException {
        return GgufFile.open(file.folder().resolve(file.json().required("file").stringValue()));
    }

    /** The file holds exactly the tensors that the case lists, each of its type. */
    static List<Check> types(CaseFile file, GgufFile gguf) {
        var checks = new ArrayList<Check>();
        JsonNode types = file.json().required("type_of");
        checks.add(Check.equal("tensors", List.copyOf(gguf.names()).stream().sorted().toList(), types.propertyNames().stream().sorted().toList(), new Tolerance.Exact()));
        for (GgufTensor tensor : gguf.tensors().values()) {
            checks.add(Check.equal("type_of." + tensor.name(), tensor.type().name(), types.path(tensor.name()).asString(""), new Tolerance.Exact()));
        }
        return checks;
    }

    /** Shape and values of the tensor that {@code dequant.NAME} names. */
    static List<Check> values(CaseFile file, GgufFile gguf, String name) {
        String tensor = name.substring(DEQUANTIZED.length());
        String expected = "expected." + name;
        return List.of(Check.equal("shape of " + tensor, ints(gguf.tensor(tensor).intShape()), ints(file.shape(expected)), new Tolerance.Exact()),
                file.compare(expected, gguf.floats(tensor)));
    }

    private static List<Integer> ints(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
