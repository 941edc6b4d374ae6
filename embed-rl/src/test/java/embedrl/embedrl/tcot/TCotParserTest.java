package embedrl.embedrl.tcot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TCotParserTest {

    private static final Visual PICTURE = Visual.picture(640, 480);
    private static final Visual VIDEO = Visual.frames(8);
    private static final TCotParser PARSER = TCotParser.withDefaults();

    private static String completion(String cue) {
        return "<thinking>A cup. " + cue + "</thinking><rethink>Red.</rethink><answer>a red cup</answer>";
    }

    private static ParsedTCot parse(String cue, Visual visual) {
        return PARSER.parse(completion(cue), visual);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "220, 150, 380, 320 |  640 |  480 | 140 |  72 | 243 | 153",
            "0, 760, 200, 998   | 1023 |  767 |   0 | 582 | 204 | 765",
            "900, 0, 1100, 40   |  640 |  480 | 576 |   0 | 640 |  19",
            "0, 0, 1000, 20     | 1000 | 1000 |   0 |   0 | 1000 | 20"})
    void boxesOfTheWorkedExamples(String box, int width, int height, int x1, int y1, int x2, int y2) {
        assertThat(parse("{\"bbox_2d\": [" + box + "]}", Visual.picture(width, height)).crops()).containsExactly(new PixelBox(x1, y1, x2 - x1, y2 - y1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "500, 500, 509, 600", "0, 0, 1000, 1000", "0, 0, 990, 980", "300, 300, 100, 500", "300, 300, 500, 300", "1100, 0, 1200, 500", "0, 0, 1000, 19",
            "1, 2, 3", "1, 2, 3, 4, 5", "NaN, 100, 500, 500", "0, 0, Infinity, 500", "0, 0, 1e999, 500", "\"0\", 0, 500, 500", "true, 0, 500, 500", "null, 0, 500, 500"})
    void boxesThatMakeNoCrop(String box) {
        var square = Visual.picture(1000, 1000);
        assertThat(parse("{\"bbox_2d\": [" + box + "]}", square).crops()).isEmpty();
        assertThat(parse("{\"bbox_2d\": [[" + box + "], [100, 100, 400, 400]]}", square).crops()).containsExactly(new PixelBox(100, 100, 300, 300));
    }

    @Test
    void aBoxOfExactlyTheLargestShareIsKept() {
        assertThat(parse("{\"bbox_2d\": [0, 0, 1000, 950]}", Visual.picture(640, 480)).crops()).containsExactly(new PixelBox(0, 0, 640, 456));
        assertThat(parse("{\"bbox_2d\": [0, 0, 1000, 953]}", Visual.picture(640, 480)).crops()).isEmpty();
    }

    @Test
    void fractionsAndHugeNumbersAreClampedPixels() {
        assertThat(parse("{\"bbox_2d\": [100.9, -3.5, 1e300, 250.5]}", PICTURE).crops()).containsExactly(new PixelBox(64, 0, 576, 120));
        assertThat(parse("{\"bbox_2d\": [0, 0, 123456789012345678901234567890, 500]}", PICTURE).crops()).containsExactly(new PixelBox(0, 0, 640, 240));
    }

    @Test
    void everyObjectAndEveryRepeatedKeyCounts() {
        assertThat(parse("{\"bbox_2d\": [[0,0,100,100]], \"bbox_2d\": [100,0,200,100]} and {\"other\": 1, \"bbox_2d\": [[200,0,300,100]]}", PICTURE).crops())
                .containsExactly(new PixelBox(0, 0, 64, 48), new PixelBox(64, 0, 64, 48), new PixelBox(128, 0, 64, 48));
        assertThat(parse("{\"key_frames\": [1]} {\"key_frames\": [3], \"key_frames\": [2]}", VIDEO).frames()).containsExactly(0, 2, 1);
        assertThat(parse("{\"text_keywords\": [\"a\"]}{\"text_keywords\": [\"b\", 3, \"c\"]}", Visual.NONE).keywords()).containsExactly("a", "b", "c");
    }

    @Test
    void objectsWithinObjectsAndBracesInTextAreFound() {
        assertThat(parse("{see below} {\"cue\": {\"key_frames\": [4]}, \"list\": [{\"key_frames\": [5]}]}", VIDEO).frames()).containsExactly(3, 4);
        assertThat(parse("{\"text_keywords\": [\"{x}\", \"}\"]}", Visual.NONE).keywords()).containsExactly("{x}", "}");
        assertThat(parse("{\"broken\": [1, {\"key_frames\": [2]} ", VIDEO).frames()).containsExactly(1);
    }

    @Test
    void brokenObjectsAreNoCue() {
        for (String cue : List.of("{\"bbox_2d\": [[0,0,100,100]}", "{'bbox_2d': [0,0,100,100]}", "{\"bbox_2d\": [0,0,100,100],}", "{\"bbox_2d\": [0,0,100,", "{}", "{", "}{")) {
            ParsedTCot parsed = parse(cue, PICTURE);
            assertThat(parsed.crops()).as(cue).isEmpty();
            assertThat(parsed.textParts()).hasSize(2);
        }
    }

    @Test
    void valuesOfTheWrongTypeAreSkipped() {
        assertThat(parse("{\"key_frames\": 3, \"text_keywords\": \"a\", \"bbox_2d\": {\"x\": 1}}", VIDEO)).satisfies(parsed -> {
            assertThat(parsed.frames()).isEmpty();
            assertThat(parsed.keywords()).isEmpty();
        });
        assertThat(parse("{\"key_frames\": [1.5, \"2\", true, null, [3], 9999999999999999999, 4]}", VIDEO).frames()).containsExactly(3);
        assertThat(parse("{\"bbox_2d\": [100, [0,0,100,100], \"x\", [[1,2,3,4]]]}", PICTURE).crops()).containsExactly(new PixelBox(0, 0, 64, 48));
    }

    @Test
    void framesAreCountedFromOneAndKeptOnce() {
        assertThat(parse("{\"key_frames\": [0, 8, 9, 8, -1, 1]}", VIDEO).frames()).containsExactly(7, 0);
        assertThat(parse("{\"key_frames\": [1, 2, 3, 4, 5, 6]}", VIDEO).frames()).containsExactly(0, 1, 2, 3);
        var fromZero = new TCotParser(new TCotOptions(1000, 0, 10, 50, 0.95, 4));
        assertThat(fromZero.parse(completion("{\"key_frames\": [0, 8]}"), VIDEO).frames()).containsExactly(0);
    }

    @Test
    void theFirstBoxesThatMakeACropAreKept() {
        String many = "{\"bbox_2d\": [[9,9,1,1],[0,0,100,100],[100,0,200,100],[200,0,300,100],[300,0,400,100],[400,0,500,100]]}";
        assertThat(parse(many, PICTURE).crops()).hasSize(4).last().isEqualTo(new PixelBox(192, 0, 64, 48));
    }

    @Test
    void onlyEvidenceThatFitsTheItemIsUsed() {
        String both = "{\"key_frames\": [2], \"bbox_2d\": [[100,100,300,300]], \"text_keywords\": [\"k\"]}";
        assertThat(parse(both, VIDEO)).satisfies(p -> {
            assertThat(p.frames()).containsExactly(1);
            assertThat(p.crops()).isEmpty();
            assertThat(p.keywords()).containsExactly("k");
            assertThat(p.hasPictures()).isTrue();
        });
        assertThat(parse(both, PICTURE)).satisfies(p -> {
            assertThat(p.frames()).isEmpty();
            assertThat(p.crops()).hasSize(1);
            assertThat(p.hasPictures()).isTrue();
        });
        assertThat(parse(both, Visual.NONE).hasPictures()).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  \n ", "\u00a0\u2003\u0085"})
    void blankIsNoTCot(String blank) {
        assertThat(PARSER.parse(blank, PICTURE)).isEqualTo(ParsedTCot.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {" a red cup ", "<thinking>cut {\"bbox_2d\": [1,2,300,400]}", "</thinking><thinking>", "<answer>x</answer>", "<thinking></thinkin"})
    void withoutACompleteThinkingSectionTheTextStaysWhole(String text) {
        assertThat(PARSER.parse(text, PICTURE)).isEqualTo(new ParsedTCot(List.of(text), List.of(), List.of(), List.of()));
    }

    @Test
    void textBeforeThinkingIsDroppedAndTheRestTrimmed() {
        assertThat(PARSER.parse("Sure.</thinking>\n<thinking> t </thinking> \u00a0\r\n<rethink>r</rethink>\n", PICTURE).textParts())
                .containsExactly("<thinking> t </thinking>\n", "<rethink>r</rethink>");
        assertThat(PARSER.parse("<thinking>t</thinking>  ", PICTURE).textParts()).containsExactly("<thinking>t</thinking>\n");
        assertThat(PARSER.parse("<thinking>a<thinking>b</thinking>c</thinking>", PICTURE).textParts())
                .containsExactly("<thinking>a<thinking>b</thinking>\n", "c</thinking>");
    }

    @Test
    void onlyTheThinkingSectionIsSearchedForCues() {
        assertThat(PARSER.parse("{\"key_frames\": [1]}<thinking></thinking><answer>{\"key_frames\": [2]}</answer>", VIDEO).frames()).isEmpty();
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> Visual.picture(0, 5)).hasMessageContaining("got 0 × 5");
        assertThatThrownBy(() -> Visual.frames(0)).hasMessageContaining("at least 1 frame");
        assertThatThrownBy(() -> new PixelBox(0, 0, 0, 1)).hasMessageContaining("width 0");
        assertThatThrownBy(() -> new TCotOptions(0, 1, 10, 50, 0.95, 4)).hasMessageContaining("grid must be above 0, got 0");
        assertThatThrownBy(() -> new TCotOptions(1000, 1, 10, 50, 1.5, 4)).hasMessageContaining("maxCoverage");
    }
}
