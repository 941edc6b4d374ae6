package embedrl.embedrl.message;

import embedrl.datasets.Item;
import embedrl.datasets.Trace;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.Evidence;
import embedrl.embedrl.tcot.TCot;
import java.util.List;

/** How texts are written for a family of models: item texts, prompts, and the T-CoT of a known trace. */
public interface TextStyle {
    /** An item's text as it stands in messages. */
    String text(String text);

    /** The text of the Reasoner's prompt for an item on one side; the answer is not shown. */
    String prompt(Item item, Side side);

    /** The T-CoT that states the facts of a trace. */
    String completion(Trace trace);

    /**
     * For compact models trained from nothing: a prompt is the item's text and the name of the side; every word follows a space, so that it is the same token
     * wherever it stands.
     */
    TextStyle COMPACT = new TextStyle() {
        @Override
        public String text(String text) {
            return text.isEmpty() ? "" : " " + text;
        }

        @Override
        public String prompt(Item item, Side side) {
            return text(item.text()) + (side == Side.QUERY ? " query" : " target");
        }

        @Override
        public String completion(Trace trace) {
            return new TCot(text(trace.thinking()), Evidence.of(trace), text(trace.rethink()), text(trace.answer())).render();
        }
    };

    /** Parts of the compact T-CoT that are single tokens. */
    List<String> COMPACT_TOKENS = List.of("<thinking>", "</thinking>", "<rethink>", "</rethink>", "<answer>", "</answer>", " {\"bbox_2d\": [[", "], [", "]]}",
            " {\"text_keywords\": [\"", "\", \"", "\"]}", " {\"key_frames\": [", "]}", ", ");
}
