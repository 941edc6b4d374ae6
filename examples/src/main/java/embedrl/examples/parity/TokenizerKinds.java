package embedrl.examples.parity;

import embedrl.models.chat.ConversationTemplate;
import embedrl.models.gguf.GgufFile;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.GgufTokenizer;
import embedrl.models.tokenizer.Tokenizer;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cases of byte-pair-encoding tokenizers, from files beside the case or from packages, and of chat templates. */
final class TokenizerKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "tokenizer", (file, device) -> texts(file, BpeTokenizer.load(file.external("tokenizer", "file", "sha256"))),
            "tokenizer_small", (file, device) -> texts(file, BpeTokenizer.load(file.folder().resolve(file.json().required("file").stringValue()))),
            "tokenizer_gguf", TokenizerKinds::gguf,
            "tokenizer_digest", TokenizerKinds::digest,
            "chat_template", TokenizerKinds::chatTemplate);
    private static final JsonMapper JSON = new JsonMapper();

    private TokenizerKinds() {
    }

    private static List<Check> gguf(CaseFile file, Executor device) throws IOException {
        try (GgufFile weights = GgufFile.open(file.weights())) {
            return texts(file, GgufTokenizer.of(weights.metadata()));
        }
    }

    private static List<Check> texts(CaseFile file, Tokenizer tokenizer) {
        JsonNode inputs = file.json().required("inputs");
        JsonNode expected = file.json().required("expected");
        List<Encoding> encodings = new ArrayList<>();
        inputs.required("texts").forEach(text -> encodings.add(tokenizer.encodeForModel(text.stringValue())));
        var checks = new ArrayList<Check>();
        for (var entry : expected.properties()) {
            JsonNode values = entry.getValue();
            switch (entry.getKey()) {
                case "ids" -> each(file, checks, "ids", values, encodings.size(), i -> list(encodings.get(i).ids()),
                        // A tokenizer of a GGUF file splits as the file says, which the reference does not always do.
                        i -> expected.path("ids_smollm").has(String.valueOf(i)) ? expected.path("ids_smollm").get(String.valueOf(i)) : values.get(i));
                case "ids_smollm" -> values.propertyNames().forEach(name -> checks.add(Check.equal("ids_smollm." + name,
                        list(encodings.get(Integer.parseInt(name)).ids()), list(values.get(name)), file.tolerance())));
                case "decoded" -> each(file, checks, "decoded", values, encodings.size(), i -> tokenizer.decode(encodings.get(i).ids()), values::get);
                case "decoded_skip_special_tokens" -> each(file, checks, "decoded_skip_special_tokens", values, encodings.size(),
                        i -> tokenizer.decode(encodings.get(i).ids(), true), values::get);
                case "decode_only" -> each(file, checks, "decode_only", values, inputs.required("decode_only").size(),
                        i -> tokenizer.decode(ints(inputs.required("decode_only").get(i))), values::get);
                case "offsets" -> {
                    JsonNode which = inputs.path("offsets_for");
                    each(file, checks, "offsets", values, which.isMissingNode() ? encodings.size() : which.size(),
                            i -> offsets(encodings.get(which.isMissingNode() ? i : which.get(i).intValue())), values::get);
                }
                default -> throw new IllegalArgumentException("unknown expectation '" + entry.getKey() + "'");
            }
        }
        return checks;
    }

    private static List<Check> digest(CaseFile file, Executor device) throws IOException {
        BpeTokenizer tokenizer;
        if (file.json().has("tokenizer")) {
            tokenizer = BpeTokenizer.load(file.external("tokenizer", "file", "sha256"));
        } else {
            try (GgufFile weights = GgufFile.open(file.weights())) {
                tokenizer = GgufTokenizer.of(weights.metadata());
            }
        }
        JsonNode inputs = file.json().required("inputs");
        MessageDigest sha256 = Hashes.sha256();
        int tokens = 0;
        int bytes = 0;
        for (String text : GeneratedTexts.of(inputs.required("seed").longValue(), inputs.required("texts").intValue())) {
            int[] ids = tokenizer.encode(text);
            tokens += ids.length;
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
            sha256.update((Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        var checks = new ArrayList<Check>();
        for (var entry : file.json().required("expected").properties()) {
            checks.add(switch (entry.getKey()) {
                case "tokens" -> Check.number("tokens", tokens, entry.getValue().intValue(), file.tolerance());
                case "text_bytes" -> Check.number("text_bytes", bytes, entry.getValue().intValue(), file.tolerance());
                case "sha256" -> Check.equal("sha256", HexFormat.of().formatHex(sha256.digest()), entry.getValue().stringValue(), file.tolerance());
                default -> throw new IllegalArgumentException("unknown expectation '" + entry.getKey() + "'");
            });
        }
        return checks;
    }

    private static List<Check> chatTemplate(CaseFile file, Executor device) throws IOException {
        String field = file.json().required("tokenizer").required("field").stringValue();
        ConversationTemplate template = ConversationTemplate.read(file.external("tokenizer", "file", "sha256"), field);
        BpeTokenizer tokenizer = BpeTokenizer.load(file.external("tokenizer", "tokenizer_file", "tokenizer_sha256"));
        var checks = new ArrayList<Check>();
        List<String> rendered = new ArrayList<>();
        for (JsonNode conversation : file.json().required("inputs").required("conversations")) {
            rendered.add(template.render(JSON.convertValue(conversation, new tools.jackson.core.type.TypeReference<Map<String, Object>>() { })));
        }
        for (var entry : file.json().required("expected").properties()) {
            if (!entry.getKey().equals("rendered") || entry.getValue().size() != rendered.size()) {
                throw new IllegalArgumentException("expected one 'rendered' for each of " + rendered.size() + " conversations, got '" + entry.getKey() + "' with "
                        + entry.getValue().size());
            }
            for (int i = 0; i < rendered.size(); i++) {
                String text = rendered.get(i);
                for (var part : entry.getValue().get(i).properties()) {
                    Object actual = switch (part.getKey()) {
                        case "text" -> text;
                        case "ids" -> list(tokenizer.encode(text));
                        default -> throw new IllegalArgumentException("unknown expectation '" + part.getKey() + "'");
                    };
                    checks.add(Check.equal("rendered[" + i + "]." + part.getKey(), actual, value(part.getValue()), file.tolerance()));
                }
            }
        }
        return checks;
    }

    private static void each(CaseFile file, List<Check> checks, String name, JsonNode values, int count, IntFunction<Object> actual, IntFunction<JsonNode> expected) {
        if (values.size() != count) {
            throw new IllegalArgumentException("expected." + name + " has " + values.size() + " entries for " + count + " inputs");
        }
        for (int i = 0; i < count; i++) {
            checks.add(Check.equal(name + "[" + i + "]", actual.apply(i), value(expected.apply(i)), file.tolerance()));
        }
    }

    private static Object value(JsonNode node) {
        return node.isString() ? node.stringValue() : list(node);
    }

    // Integers, or lists of them.
    private static List<Object> list(JsonNode node) {
        List<Object> list = new ArrayList<>();
        node.forEach(element -> list.add(element.isArray() ? list(element) : (Object) element.intValue()));
        return list;
    }

    private static List<Object> list(int[] values) {
        return Arrays.stream(values).boxed().map(value -> (Object) value).toList();
    }

    private static int[] ints(JsonNode node) {
        int[] values = new int[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).intValue();
        }
        return values;
    }

    private static List<Object> offsets(Encoding encoding) {
        List<Object> offsets = new ArrayList<>();
        for (int i = 0; i < encoding.length(); i++) {
            offsets.add(List.of(encoding.starts()[i], encoding.ends()[i]));
        }
        return offsets;
    }
}
