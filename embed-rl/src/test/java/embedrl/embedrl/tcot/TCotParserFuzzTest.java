package embedrl.embedrl.tcot;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.embedrl.reward.JudgeAnswer;
import embedrl.embedrl.reward.KeywordOverlapJudge;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** No text may make the reading side throw, hang, or return evidence that does not exist. */
class TCotParserFuzzTest {

    private static final int STRINGS = 40_000;
    private static final int WIDTH = 641;
    private static final int HEIGHT = 479;
    private static final List<Visual> VISUALS = List.of(Visual.NONE, Visual.picture(WIDTH, HEIGHT), Visual.frames(5));
    private static final List<String> SEEDS = List.of(
            "<thinking>Look. {\"bbox_2d\": [[100, 200, 300, 400], [0, 0, 500, 500]]}</thinking><rethink>r</rethink><answer>a</answer>",
            "<thinking>{\"key_frames\": [1, 3], \"key_frames\": [5]} x</thinking>\n<rethink>r</rethink>\n<answer>a</answer>",
            "<thinking>{\"text_keywords\": [\"é\\u00e9\", \"\ud83d\ude00\"]}</thinking><rethinking>r</rethinking><answer>3</answer>",
            "");
    private static final List<String> PIECES = List.of("<thinking>", "</thinking>", "<rethink>", "</rethink>", "<rethinking>", "<answer>", "</answer>",
            "{", "}", "[", "]", "\"", ":", ",", "{\"bbox_2d\":", "\"key_frames\":[", "\"text_keywords\":[\"", "[[", "]]", "-1", "1e999", "NaN", "-Infinity", "1e-400", "99999999999",
            "0.5", "true", "null", "\\", "\\u", "\\ud800", "\ud800", "\udc00", "\u0000", "\u00a0", "\n", "\r\n", "/*", "'", "<", ">", "٣", "１", "1000", "0");

    @Test
    void mutatedTextIsAlwaysRead() {
        var random = new Random(20260213);
        var judge = new KeywordOverlapJudge();
        for (int i = 0; i < STRINGS; i++) {
            String text = mutated(random);
            for (Visual visual : VISUALS) {
                check(text, visual);
            }
            Sections.of(text);
            int choice = JudgeAnswer.parse(text, 5).orElse(1);
            assertThat(choice).isBetween(1, 5);
            if (i % 10 == 0) {
                assertThat(judge.choose(text, List.of("a", text)).orElse(1)).isBetween(1, 2);
            }
        }
    }

    private static void check(String text, Visual visual) {
        ParsedTCot parsed = TCotParser.withDefaults().parse(text, visual);
        boolean strict = FormatCheck.STRICT.accepts(text, visual);
        boolean lenient = FormatCheck.LENIENT.accepts(text, visual);
        if (parsed.textParts().size() > 2 || parsed.crops().size() + parsed.frames().size() > 4 || strict && !lenient) {
            throw new AssertionError("broken promise for: " + text);
        }
        for (PixelBox box : parsed.crops()) {
            if (!(visual instanceof Visual.Picture) || box.x() + box.width() > WIDTH || box.y() + box.height() > HEIGHT || Math.min(box.width(), box.height()) < 10) {
                throw new AssertionError(box + " for: " + text);
            }
        }
        for (int frame : parsed.frames()) {
            if (!(visual instanceof Visual.Frames) || frame < 0 || frame >= 5) {
                throw new AssertionError(frame + " for: " + text);
            }
        }
        if (parsed.frames().stream().distinct().count() != parsed.frames().size()) {
            throw new AssertionError("a frame twice for: " + text);
        }
    }

    private static String mutated(Random random) {
        var text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        int mutations = 1 + random.nextInt(12);
        for (int m = 0; m < mutations; m++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.delete(at, end);
                case 3 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
                default -> {
                    if (random.nextInt(4) == 0) {
                        text.setLength(at);
                    } else {
                        text.insert(at, (char) random.nextInt(0x10000));
                    }
                }
            }
        }
        return text.toString();
    }

    @Test
    void hostileNestingAndLengthAreReadInTime() {
        int n = 10_000;
        List<String> inner = List.of("{".repeat(n), "{\"a\":".repeat(n), "[".repeat(n), "{\"bbox_2d\":[".repeat(n), "{\"bbox_2d\":" + "[".repeat(n), "{\"a\":\"".repeat(n),
                "{\"k\":" + "9".repeat(n) + "}", "{\"key_frames\":[" + "1,".repeat(n) + "1]}", "{\"text_keywords\":[\"" + "x".repeat(n) + "\"]}", "{\"a\":1}".repeat(n),
                "{\"a\":[{\"a\":[".repeat(n), "{\"" + "x".repeat(n) + "\":1,\"key_frames\":[2]}", "<thinking>".repeat(n));
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            for (String text : inner) {
                check("<thinking>" + text + "</thinking><rethink></rethink><answer></answer>", Visual.picture(WIDTH, HEIGHT));
            }
        });
    }
}
