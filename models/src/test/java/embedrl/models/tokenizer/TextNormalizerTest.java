package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextNormalizerTest {
    private static String ranges(TextNormalizer normalizer, String text) {
        AlignedText aligned = normalizer.apply(AlignedText.of(text, 0));
        assertThat(aligned.text()).isEqualTo(normalizer.apply(text));
        StringBuilder ranges = new StringBuilder();
        for (int i = 0; i < aligned.text().length(); i++) {
            ranges.append(aligned.text().charAt(i)).append(aligned.start(i)).append('-').append(aligned.end(i)).append(' ');
        }
        return ranges.toString();
    }

    @Test
    void aComposedCharacterHasTheRangeOfItsFirstAndAnAddedOneThatOfTheOneBefore() {
        assertThat(ranges(new TextNormalizer.Unicode(Form.NFC), "ae\u0301b")).isEqualTo("a0-1 é1-2 b3-4 ");
        assertThat(ranges(new TextNormalizer.Unicode(Form.NFD), "aéb")).isEqualTo("a0-1 e1-2 \u03011-2 b2-3 ");
        assertThat(ranges(new TextNormalizer.Unicode(Form.NFKC), "xﬁ")).isEqualTo("x0-1 f1-2 i1-2 ");
        assertThat(ranges(new TextNormalizer.Unicode(Form.NFC), "\u1112\u1161\u11ab!")).isEqualTo("한0-1 !3-4 ");
        assertThat(ranges(new TextNormalizer.Lowercase(), "İA")).isEqualTo("i0-1 \u03070-1 a1-2 ");
    }

    @Test
    void charactersNewerThanTheTablesOfTheReferenceAreLeftAlone() {
        TextNormalizer nfc = new TextNormalizer.Unicode(Form.NFC);
        assertThat(nfc.apply("a\u09fe\u032d")).isEqualTo("a\u09fe\u032d");
        assertThat(ranges(nfc, "\u09fee\u0301\u09fe\u0301a\u0301")).isEqualTo("\u09fe0-1 é1-2 \u09fe3-4 \u03014-5 á5-6 ");
        assertThat(new TextNormalizer.Unicode(Form.NFKC).apply("㋿\ud83c\udd6cﬁ")).isEqualTo("㋿\ud83c\udd6cfi");
        assertThat(IntStream.of(0x7fc, 0x896, 0x8a0, 0x8d4, 0x1fbfa, 0x10ffff)).noneMatch(RecentCharacters::contains);
        assertThat(IntStream.of(0x7fd, 0x897, 0x89b, 0x89f, 0x8ca, 0x9fe, 0x1fbf0, 0x1fbf9)).allMatch(RecentCharacters::contains);
    }

    @Test
    void longTextsTakeLittleTime() {
        for (String part : new String[] {"e\u0301 ", "\u0995\u09fe", "\u0995"}) {
            String text = part.repeat(200_000) + "\u09fee\u0301";
            assertTimeout(Duration.ofSeconds(20), () -> assertThat(new TextNormalizer.Unicode(Form.NFC).apply(AlignedText.of(text, 0)).text())
                    .isEqualTo(part.replace("e\u0301", "é").repeat(200_000) + "\u09feé"));
        }
    }

    @Test
    void prependReplaceAndStripSayWhereTheirCharactersComeFrom() {
        assertThat(ranges(new TextNormalizer.Prepend("__"), "ab")).isEqualTo("_0-1 _0-1 a0-1 b1-2 ");
        assertThat(ranges(new TextNormalizer.Prepend("_"), "")).isEmpty();
        assertThat(ranges(new TextNormalizer.Replace("bc", "X"), "abcd")).isEqualTo("a0-1 X2-3 d3-4 ");
        assertThat(ranges(new TextNormalizer.Replace("b", ""), "abbd")).isEqualTo("a0-1 d3-4 ");
        assertThat(ranges(new TextNormalizer.Strip(true, true), " \ta b\u3000")).isEqualTo("a2-3  3-4 b4-5 ");
        assertThat(ranges(new TextNormalizer.Strip(false, true), "  ")).isEmpty();
        assertThatThrownBy(() -> new TextNormalizer.Replace("", "x")).hasMessageContaining("a pattern that is not empty");
    }

    @Test
    void everyCharacterOfAnyTextHasARangeInOrder() {
        SplittableRandom random = new SplittableRandom(4);
        int[] first = {0x20, 0xc0, 0x300, 0x1100, 0x900, 0xac00, 0xf900, 0x1e00, 0x1d15e, 0xfb00, 0x3300};
        for (int trial = 0; trial < 3000; trial++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.appendCodePoint(first[random.nextInt(first.length)] + random.nextInt(120));
            }
            int length = text.codePointCount(0, text.length());
            for (Form form : Form.values()) {
                AlignedText aligned = new TextNormalizer.Unicode(form).apply(AlignedText.of(text.toString(), 0));
                assertThat(aligned.text()).isEqualTo(new TextNormalizer.Unicode(form).apply(text.toString()));
                if (text.codePoints().noneMatch(RecentCharacters::contains)) {
                    assertThat(aligned.text()).isEqualTo(java.text.Normalizer.normalize(text, form));
                }
                for (int i = 0; i < aligned.text().length(); i++) {
                    assertThat(aligned.start(i)).isBetween(i == 0 ? 0 : aligned.start(i - 1), length - 1);
                    assertThat(aligned.end(i)).isBetween(aligned.start(i) + 1, length);
                }
            }
        }
    }
}
