package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the section {@code decoder}. */
final class DecoderJson {
    private static final String FIELD = "decoder";

    private DecoderJson() {}

    static TokenDecoder read(TokenizerJson json, JsonNode node, boolean byteLevel) {
        List<TokenDecoder.Step> steps = new ArrayList<>();
        List<JsonNode> found = json.steps(FIELD, node, "decoders");
        if (byteLevel) {
            if (found.size() > 1 || found.size() == 1 && !json.type(FIELD, found.getFirst()).equals("ByteLevel")) {
                throw json.error(FIELD, "ByteLevel, as the pre-tokenizer is", node);
            }
            return TokenDecoder.JOIN;
        }
        for (JsonNode step : found) {
            steps.add(switch (json.type(FIELD, step)) {
                case "Replace" -> new TokenDecoder.Replace(NormalizerJson.pattern(json, FIELD, step), json.text(FIELD + ".content", step.path("content")));
                case "ByteFallback" -> new TokenDecoder.ByteFallback();
                case "Fuse" -> new TokenDecoder.Fuse();
                case "Strip" -> strip(json, step);
                default -> throw json.error(FIELD, "Replace, ByteFallback, Fuse, Strip or a Sequence of them", step);
            });
        }
        if (steps.isEmpty()) {
            throw json.error(FIELD, "ByteLevel, or steps that turn tokens into text", node);
        }
        return new TokenDecoder(steps);
    }

    private static TokenDecoder.Strip strip(TokenizerJson json, JsonNode step) {
        String content = json.text(FIELD + ".content", step.path("content"));
        int start = json.integer(FIELD + ".start", step.path("start"));
        int stop = json.integer(FIELD + ".stop", step.path("stop"));
        if (content.codePointCount(0, content.length()) != 1 || start < 0 || stop < 0) {
            throw json.error(FIELD, "Strip of one character, 0 or more times at each end", step);
        }
        return new TokenDecoder.Strip(content, start, stop);
    }

    static void write(ObjectNode root, TokenDecoder decoder, boolean byteLevel) {
        if (byteLevel) {
            root.putObject(FIELD).put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", true);
            return;
        }
        ArrayNode steps = root.putObject(FIELD).put("type", "Sequence").putArray("decoders");
        for (TokenDecoder.Step step : decoder.steps()) {
            ObjectNode node = steps.addObject();
            switch (step) {
                case TokenDecoder.Replace(String pattern, String content) -> {
                    node.put("type", "Replace").putObject("pattern").put("String", pattern);
                    node.put("content", content);
                }
                case TokenDecoder.ByteFallback() -> node.put("type", "ByteFallback");
                case TokenDecoder.Fuse() -> node.put("type", "Fuse");
                case TokenDecoder.Strip(String content, int start, int stop) ->
                        node.put("type", "Strip").put("content", content).put("start", start).put("stop", stop);
            }
        }
    }
}
