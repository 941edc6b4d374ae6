package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.tokenizer.SequenceTemplate.Text;
import embedrl.models.tokenizer.SequenceTemplate.Token;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceTemplateTest {
    private static final Encoding FIRST = new Encoding(new int[] {7, 8}, new int[2], new int[] {0, 3}, new int[] {3, 5});
    private static final Encoding SECOND = new Encoding(new int[] {9}, new int[1], new int[] {1}, new int[] {4});

    @Test
    void putsTheTokensOfBertAroundTexts() {
        SequenceTemplate bert = SequenceTemplate.bert(1, 2);
        assertThat(bert.apply(FIRST)).isEqualTo(new Encoding(new int[] {1, 7, 8, 2}, new int[4], new int[] {0, 0, 3, 0}, new int[] {0, 3, 5, 0}));
        assertThat(bert.apply(FIRST, SECOND)).isEqualTo(new Encoding(new int[] {1, 7, 8, 2, 9, 2}, new int[] {0, 0, 0, 0, 1, 1},
                new int[] {0, 0, 3, 0, 1, 0}, new int[] {0, 3, 5, 0, 4, 0}));
        assertThat(bert.addedToSingle()).isEqualTo(2);
        assertThat(bert.addedToPair()).isEqualTo(3);
    }

    @Test
    void addsNothingWithoutTokens() {
        assertThat(SequenceTemplate.NONE.apply(FIRST)).isEqualTo(FIRST);
        assertThat(SequenceTemplate.NONE.apply(FIRST, SECOND))
                .isEqualTo(new Encoding(new int[] {7, 8, 9}, new int[] {0, 0, 1}, new int[] {0, 3, 1}, new int[] {3, 5, 4}));
        assertThat(SequenceTemplate.NONE.addedToPair()).isZero();
    }

    @Test
    void refusesTemplatesThatLoseOrRepeatATextAndEncodingsOfTwoLengths() {
        List<SequenceTemplate.Piece> pair = SequenceTemplate.NONE.pair();
        assertThatThrownBy(() -> new SequenceTemplate(List.of(new Token(1, 0)), pair)).hasMessage("template: 'single' must hold text 0 1 times, got 0");
        assertThatThrownBy(() -> new SequenceTemplate(pair, pair)).hasMessage("template: 'single' must hold text 1 0 times, got 1");
        assertThatThrownBy(() -> new SequenceTemplate(List.of(new Text(0, 0)), List.of(new Text(0, 0), new Text(1, 0), new Text(1, 0))))
                .isInstanceOf(TokenizerException.class).hasMessage("template: 'pair' must hold text 1 1 times, got 2");
        assertThatThrownBy(() -> new SequenceTemplate(List.of(new Text(0, 0), new Text(2, 0)), pair)).hasMessageContaining("numbered 0 and 1");
        assertThatThrownBy(() -> new Encoding(new int[2], new int[2], new int[2], new int[1])).hasMessageContaining("2 identifiers, 2 types, 2 starts, 1 ends");
    }
}
