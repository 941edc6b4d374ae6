package embedrl.examples.parity;

import embedrl.models.chat.ConversationTemplate;
import embedrl.models.message.ChatTemplate;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Cases of whole conversations with generated pictures and videos, as the processor of Qwen3-VL turns them into what the model reads.
 *
 * <p>Long results stand in the case as SHA-256 of their little-endian 32-bit values.
 */
final class ConversationKinds {

    static final Map<String, ParityKind> KINDS = Map.of("conversation", ConversationKinds::conversations);

    private ConversationKinds() {
    }

    private static List<Check> conversations(CaseFile file, Executor device) throws IOException {
        BpeTokenizer tokenizer = BpeTokenizer.load(file.json().has("file") ? file.folder().resolve(file.json().required("file").stringValue())
                : file.external("tokenizer", "file", "sha256"));
        ConversationTemplate template = ConversationTemplate.of(Files.readString(file.folder().resolve(file.json().required("template").stringValue())));
        ChatTemplate marks = ChatTemplate.qwen().withVideoOuterPair(file.json().required("video_outer_pair").booleanValue());
        JsonNode conversations = file.json().required("inputs").required("conversations");
        JsonNode expected = file.json().required("expected").required("conversations");
        if (expected.size() != conversations.size() || file.json().required("expected").size() != 1) {
            throw new IllegalArgumentException("expected one result for each of " + conversations.size() + " conversations and nothing else, got " + expected.size());
        }
        var checks = new ArrayList<Check>();
        for (int i = 0; i < conversations.size(); i++) {
            ConversationCase conversation = new ConversationCase(conversations.get(i), template, tokenizer, marks);
            for (var entry : expected.get(i).properties()) {
                checks.add(Check.equal("[" + i + "]." + entry.getKey(), conversation.result(entry.getKey()), value(entry.getValue()), file.tolerance()));
            }
        }
        return checks;
    }

    private static Object value(JsonNode node) {
        return node.isString() ? node.stringValue() : node.isInt() ? (Object) node.intValue() : list(node);
    }

    private static List<Object> list(JsonNode node) {
        List<Object> list = new ArrayList<>();
        node.forEach(element -> list.add(value(element)));
        return list;
    }
}
