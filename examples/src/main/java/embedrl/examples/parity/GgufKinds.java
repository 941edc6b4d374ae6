package embedrl.examples.parity;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.TextLogits;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufFile;
import embedrl.models.gguf.GgufTensor;
import embedrl.models.gguf.GgufWeights;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Cases of GGUF files: values of blocks of every type, and whole models. */
final class GgufKinds {

    static final Map<String, ParityKind> KINDS = Map.of("gguf_dequant", GgufKinds::dequantized, "gguf_model", GgufKinds::model);
    private static final String DEQUANTIZED = "dequant.";
    private static final String RESTORED = "restored.";

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

    private static List<Check> model(CaseFile file, Executor device) throws IOException {
        var checks = new ArrayList<Check>();
        try (GgufFile gguf = open(file)) {
            checks.addAll(types(file, gguf));
            GgufWeights weights = GgufCheckpoint.weights(gguf);
            file.json().required("hf_name_of").properties().forEach(entry ->
                    checks.add(Check.equal("hf_name_of." + entry.getKey(), weights.fileName(entry.getValue().stringValue()), entry.getKey(), new Tolerance.Exact())));
            for (String name : file.json().required("expected").propertyNames()) {
                if (name.startsWith(DEQUANTIZED)) {
                    checks.addAll(values(file, gguf, name));
                } else if (name.startsWith(RESTORED)) {
                    checks.add(file.compare("expected." + name, HostTensor.copyOf(weights.read(name.substring(RESTORED.length()))).floats()));
                } else if (name.equals("logits")) {
                    checks.add(file.compare("expected.logits", logits(file, GgufCheckpoint.load(gguf, WeightType.FLOAT32), device)));
                } else {
                    throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
                }
            }
        }
        return checks;
    }

    /** [B, T, V]; rows have no padding. */
    private static float[] logits(CaseFile file, LanguageModel model, Executor device) {
        int[] ids = file.ints("input.input_ids");
        int tokens = file.shape("input.input_ids")[1];
        int vocabulary = model.config().vocabSize();
        float[] logits = new float[ids.length * vocabulary];
        for (int from = 0; from < ids.length; from += tokens) {
            float[] row = new TextLogits(model, device, Arrays.copyOfRange(ids, from, from + tokens)).logits(0, tokens);
            System.arraycopy(row, 0, logits, from * vocabulary, row.length);
        }
        return logits;
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
