package embedrl.embedrl.tcot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatCheckTest {

    private static final String CUE = "{\"bbox_2d\": [100, 100, 400, 400]}";

    /** Columns: completion with CUE standing for a right cue and ⏎ for a line break, strict, lenient. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<thinking>CUE</thinking><rethink>r</rethink><answer>a</answer> | true | true",
            "<thinking>CUE</thinking>⏎ <rethink>r</rethink> <answer>a</answer>⏎ | true | true",
            "<thinking>CUE</thinking><rethink></rethink><answer></answer> | true | true",
            "Sure. <thinking>CUE</thinking><rethink>r</rethink><answer>a</answer> Done. | true | true",
            "<thinking>CUE</thinking>so<rethink>r</rethink><answer>a</answer> | false | true",
            "<thinking>CUE</thinking><rethink>r</rethink>so<answer>a</answer> | false | true",
            "<thinking>no cue</thinking><rethink>r</rethink><answer>a</answer> | false | true",
            "<thinking>x</thinking><rethink>CUE</rethink><answer>a</answer> | false | true",
            "<thinking>CUE</thinking><rethink>r</rethink><answer>a</answer><answer>b</answer> | false | true",
            "<thinking>x</thinking><thinking>CUE</thinking><rethink>r</rethink><answer>a</answer> | false | true",
            "<thinking>CUE<thinking></thinking><rethink>r</rethink><answer>a</answer> | false | true",
            "<thinking>CUE</thinking><rethink>r</rethink><answer>a | false | false",
            "<thinking>CUE</thinking><rethinking>r</rethinking><answer>a</answer> | false | false",
            "<thinking>CUE</thinking><answer>a</answer><rethink>r</rethink> | false | false",
            "<rethink>r</rethink><thinking>CUE</thinking><answer>a</answer> | false | false",
            "'' | false | false"})
    void strictAndLenient(String completion, boolean strict, boolean lenient) {
        String text = completion.replace("CUE", CUE).replace("⏎", "\r\n");
        assertThat(FormatCheck.STRICT.accepts(text, Visual.picture(640, 480))).isEqualTo(strict);
        assertThat(FormatCheck.LENIENT.accepts(text, Visual.picture(640, 480))).isEqualTo(lenient);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"text_keywords\": [\"a\"]} | text", "{\"key_frames\": [9, 8]} | video", "{\"bbox_2d\": [[0,0,1,1],[0,0,500,500]]} | picture",
            "{\"text_keywords\": [\" \"]} | -", "{\"text_keywords\": []} | -", "{\"key_frames\": [9]} | -", "{\"bbox_2d\": [0,0,1,1]} | -"})
    void theCueMustFitTheItem(String cue, String fits) {
        String text = "<thinking>" + cue + "</thinking><rethink>r</rethink><answer>a</answer>";
        assertThat(FormatCheck.STRICT.accepts(text, Visual.NONE)).isEqualTo(fits.equals("text"));
        assertThat(FormatCheck.STRICT.accepts(text, Visual.frames(8))).isEqualTo(fits.equals("video"));
        assertThat(FormatCheck.STRICT.accepts(text, Visual.picture(640, 480))).isEqualTo(fits.equals("picture"));
    }

    @Test
    void nullKeepsNoFormatAndNamesAreKnown() {
        assertThat(FormatCheck.STRICT.accepts(null, Visual.NONE)).isFalse();
        assertThat(FormatCheck.LENIENT.accepts(null, Visual.NONE)).isFalse();
        assertThat(FormatCheck.named("strict")).isSameAs(FormatCheck.STRICT);
        assertThat(FormatCheck.named("lenient")).isSameAs(FormatCheck.LENIENT);
        assertThatThrownBy(() -> FormatCheck.named("loose")).hasMessage("format check: unknown rule 'loose', use one of [strict, lenient]");
    }
}
