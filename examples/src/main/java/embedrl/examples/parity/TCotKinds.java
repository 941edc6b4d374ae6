package embedrl.examples.parity;

import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.ParsedTCot;
import embedrl.embedrl.tcot.PixelBox;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.tcot.Visual;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Cases of the T-CoT parser and the format checks. */
final class TCotKinds {

    static final Map<String, ParityKind> KINDS = Map.of("tcot_parse", TCotKinds::parse);

    private TCotKinds() {
    }

    private static List<Check> parse(CaseFile file, Executor device) {
        var checks = new ArrayList<Check>();
        JsonNode cases = file.json().required("cases");
        for (int i = 0; i < cases.size(); i++) {
            JsonNode one = cases.get(i);
            String completion = one.required("completion").isNull() ? null : one.required("completion").stringValue();
            Visual visual = visual(one.required("item"));
            ParsedTCot parsed = TCotParser.withDefaults().parse(completion, visual);
            for (var entry : one.required("expected").properties()) {
                if (!entry.getValue().isNull()) {   // null: not checked
                    Object actual = actual(entry.getKey(), completion, visual, parsed);
                    checks.add(Check.equal("cases[" + i + "]." + entry.getKey(), actual, value(entry.getValue()), file.tolerance()));
                }
            }
        }
        return checks;
    }

    private static Visual visual(JsonNode item) {
        String kind = item.required("kind").stringValue();
        return switch (kind) {
            case "text" -> Visual.NONE;
            case "image", "page" -> Visual.picture(item.required("width").intValue(), item.required("height").intValue());
            case "video" -> Visual.frames(item.required("frames").intValue());
            default -> throw new IllegalArgumentException("unknown kind of item '" + kind + "'");
        };
    }

    private static Object actual(String name, String completion, Visual visual, ParsedTCot parsed) {
        return switch (name) {
            case "text_parts" -> parsed.textParts();
            case "crops" -> parsed.crops().stream().map(TCotKinds::numbers).toList();
            case "frames" -> parsed.frames();
            case "keywords" -> parsed.keywords();
            case "format_strict" -> FormatCheck.STRICT.accepts(completion, visual) ? 1 : 0;
            case "format_lenient" -> FormatCheck.LENIENT.accepts(completion, visual) ? 1 : 0;
            default -> throw new IllegalArgumentException("unknown expectation '" + name + "'");
        };
    }

    private static List<Integer> numbers(PixelBox box) {
        return List.of(box.x(), box.y(), box.width(), box.height());
    }

    /** A JSON value as lists, integers and strings. */
    private static Object value(JsonNode json) {
        if (json.isArray()) {
            return IntStream.range(0, json.size()).mapToObj(json::get).map(TCotKinds::value).toList();
        }
        return json.isString() ? json.stringValue() : (Object) json.intValue();
    }
}
