package embedrl.examples.parity;

import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.Truncation;
import embedrl.models.tokenizer.WordPieceTokenizer;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Cases of WordPiece tokenizers: identifiers, text of identifiers, offsets, pairs, and what is cut where there are too many tokens. */
final class WordPieceKinds {

    static final Map<String, ParityKind> KINDS = Map.of("tokenizer_wordpiece", WordPieceKinds::wordPiece);

    private WordPieceKinds() {
    }

    private static List<Check> wordPiece(CaseFile file, Executor device) throws IOException {
        JsonNode root = file.json();
        WordPieceTokenizer tokenizer = WordPieceTokenizer.load(file.folder().resolve(root.path("file").asString("tokenizer.json")));
        JsonNode inputs = root.required("inputs");
        JsonNode texts = inputs.path("texts");
        var checks = new ArrayList<Check>();
        for (Map.Entry<String, JsonNode> expected : root.required("expected").properties()) {
            JsonNode values = expected.getValue();
            int count = switch (expected.getKey()) {
                case "ids", "decoded" -> texts.size();
                case "offsets" -> inputs.required("offsets_for").size();
                default -> inputs.required(expected.getKey()).size();
            };
            checks.add(Check.equal(expected.getKey() + ".size", values.size(), count, file.tolerance()));
            for (int i = 0; i < count; i++) {
                Object actual = switch (expected.getKey()) {
                    case "ids" -> ids(tokenizer.encodeForModel(texts.get(i).stringValue()));
                    case "decoded" -> tokenizer.decode(tokenizer.encodeForModel(texts.get(i).stringValue()).ids(), true);
                    case "offsets" -> offsets(tokenizer.encodeForModel(texts.get(inputs.get("offsets_for").get(i).intValue()).stringValue()));
                    case "pairs" -> pair(tokenizer.encodeForModel(text(inputs.get("pairs").get(i), 0), text(inputs.get("pairs").get(i), 1)));
                    case "truncated_texts" -> ids(tokenizer.encodeForModel(inputs.get("truncated_texts").get(i).stringValue(), most(root)));
                    case "truncated_pairs" -> truncated(tokenizer, inputs.get("truncated_pairs").get(i), most(root));
                    default -> throw new IllegalArgumentException("the case expects '" + expected.getKey() + "', which is not known here");
                };
                checks.add(Check.equal(expected.getKey() + "[" + i + "]", actual, value(values.get(i)), file.tolerance()));
            }
        }
        return checks;
    }

    private static int most(JsonNode root) {
        JsonNode truncation = root.required("truncation");
        if (!truncation.path("direction").asString("right").equals("right")) {
            throw new IllegalArgumentException("the case truncates on the " + truncation.path("direction") + ", and only the right side is known here");
        }
        return truncation.required("max_length").intValue();
    }

    private static Object truncated(WordPieceTokenizer tokenizer, JsonNode input, int most) {
        Truncation truncation = Truncation.valueOf(input.required("strategy").stringValue().toUpperCase(Locale.ROOT));
        Encoding encoding;
        try {
            encoding = tokenizer.encodeForModel(text(input.required("pair"), 0), text(input.required("pair"), 1), most, truncation);
        } catch (IllegalArgumentException tooShort) {
            return "error";
        }
        return pair(encoding);
    }

    private static String text(JsonNode pair, int index) {
        return pair.required(index).stringValue();
    }

    private static Object ids(Encoding encoding) {
        return list(encoding.ids());
    }

    private static Object pair(Encoding encoding) {
        return Map.of("ids", list(encoding.ids()), "type_ids", list(encoding.typeIds()));
    }

    private static Object offsets(Encoding encoding) {
        return IntStream.range(0, encoding.length()).mapToObj(i -> List.of(encoding.starts()[i], encoding.ends()[i])).toList();
    }

    private static List<Integer> list(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /** JSON as lists, maps, numbers and strings. */
    private static Object value(JsonNode node) {
        if (node.isArray()) {
            return IntStream.range(0, node.size()).mapToObj(i -> value(node.get(i))).toList();
        }
        if (node.isObject()) {
            var map = new TreeMap<String, Object>();
            node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
            return map;
        }
        return node.isNumber() ? (Object) node.intValue() : node.stringValue();
    }
}
