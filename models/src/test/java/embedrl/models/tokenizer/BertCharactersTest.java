package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertCharactersTest {
    /** Old characters whose category Unicode changed after version 8: the reference reads the old one. */
    @ParameterizedTest
    @CsvSource({"166D, false, false", "1734, false, false", "1885, true, false", "1886, true, false", "A9BD, true, false", "111C9, true, false", "1171E, false, false"})
    void sevenOldCharactersHaveTheCategoryOfTheRuntimesUnicode(String hex, boolean mark, boolean punctuation) {
        int c = Integer.parseInt(hex, 16);
        assertThat(BertCharacters.isNonspacingMark(c)).isEqualTo(mark);
        assertThat(BertCharacters.isPunctuation(c)).isEqualTo(punctuation);
        assertThat(BertCharacters.isDropped(c)).isFalse();
    }

    @Test
    void asciiIsPunctuationWhereItIsNeitherSpaceLetterNorDigit() {
        assertThat(IntStream.range(0, 0x80).filter(BertCharacters::isPunctuation).mapToObj(Character::toString).reduce("", String::concat))
                .isEqualTo("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
    }
}
