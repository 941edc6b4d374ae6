package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
    private static final BpeTokenizer TOKENIZER = BpeTrainer.train(List.of("</answer> </answer> stop stopping"), 275, List.of("<emb>"));

    @Test
    void givesTheTextOfTheWholeSequence() {
        SplittableRandom random = new SplittableRandom(8);
        for (int trial = 0; trial < 3000; trial++) {
            int[] ids = trial % 2 == 0 ? random.ints(20, 0, TOKENIZER.vocabularySize()).toArray() : TOKENIZER.encode(RandomText.next(random, 20));
            boolean skip = random.nextBoolean();
            StreamingDecoder decoder = new StreamingDecoder(TOKENIZER, List.of(), skip);
            StringBuilder taken = new StringBuilder();
            for (int id : ids) {
                assertThat(decoder.append(id)).isFalse();
                taken.append(decoder.take());
            }
            decoder.finish();
            taken.append(decoder.take());
            assertThat(decoder.text()).isEqualTo(TOKENIZER.decode(ids, skip));
            assertThat(taken).hasToString(decoder.text());
        }
    }

    @Test
    void agreesWithASearchInTheWholeText() {
        SplittableRandom random = new SplittableRandom(9);
        List<String> stops = List.of("aba", "bb", "c水");
        String[] pieces = {"a", "b", "c", "水", "aba"};
        for (int trial = 0; trial < 3000; trial++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            StreamingDecoder decoder = new StreamingDecoder(TOKENIZER, stops, false);
            StringBuilder taken = new StringBuilder();
            for (int id : TOKENIZER.encode(text.toString())) {
                if (decoder.append(id)) {
                    break;
                }
                taken.append(decoder.take());
            }
            decoder.finish();
            taken.append(decoder.take());
            // Every token is one byte here, so the stop that is complete first is found first.
            int end = Integer.MAX_VALUE;
            int start = -1;
            for (String stop : stops) {
                int at = text.indexOf(stop);
                if (at >= 0 && at + stop.length() < end) {
                    end = at + stop.length();
                    start = at;
                }
            }
            assertThat(decoder.stopped()).isEqualTo(start >= 0);
            assertThat(decoder.textBeforeStop()).isEqualTo(start < 0 ? text.toString() : text.substring(0, start));
            assertThat(decoder.textThroughStop()).isEqualTo(start < 0 ? text.toString() : text.substring(0, end));
            assertThat(taken).hasToString(decoder.textBeforeStop());
        }
    }

    @Test
    void holdsBackTheBeginningOfAStop() {
        StreamingDecoder decoder = new StreamingDecoder(TOKENIZER, List.of("</answer>"), true);
        for (int id : TOKENIZER.encode("x</an")) {
            decoder.append(id);
        }
        assertThat(decoder.take()).isEqualTo("x");
        for (int id : TOKENIZER.encode("y")) {
            decoder.append(id);
        }
        assertThat(decoder.take()).isEqualTo("</any");
        for (int id : TOKENIZER.encode("</answer>z")) {
            decoder.append(id);
        }
        assertThat(decoder.stop()).isEqualTo("</answer>");
        assertThat(decoder.take()).isEmpty();
        assertThat(decoder.textThroughStop()).isEqualTo("x</any</answer>");
        assertThat(decoder.text()).isEqualTo("x</any</answer>z");
    }

    @Test
    void refusesEmptyStopsAndTokensAfterTheEnd() {
        assertThatThrownBy(() -> new StreamingDecoder(TOKENIZER, List.of(""), true)).hasMessageContaining("must not be empty");
        StreamingDecoder decoder = new StreamingDecoder(TOKENIZER, List.of(), true);
        decoder.finish();
        assertThatThrownBy(() -> decoder.append(1)).isInstanceOf(IllegalStateException.class);
    }
}
