package embedrl.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemTest {
    private static final Trace WORDS = Trace.ofKeywords("text", List.of("a"), "a", "a");
    private static final Trace BOXES = Trace.ofBoxes("at A1", List.of(new Box(0, 0, 250, 250)), "a", "a");

    private static BufferedImage image() {
        return new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    }

    @Test
    void evidenceMustFitTheKind() {
        assertThat(WORDS.fits(Kind.TEXT)).isTrue();
        assertThat(BOXES.fits(Kind.IMAGE)).isTrue();
        assertThat(BOXES.fits(Kind.PAGE)).isTrue();
        assertThat(Trace.ofFrames("moves", List.of(1, 8), "a", "a").fits(Kind.VIDEO)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> Item.text("a", BOXES)).withMessageContaining("must fit the kind TEXT");
        assertThatIllegalArgumentException().isThrownBy(() -> Item.image("i", "", image(), WORDS)).withMessageContaining("must fit the kind IMAGE");
    }

    @Test
    void countsOfVisualsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Item("p", Kind.PAGE, "", List.of(), BOXES)).withMessageContaining("got 0 for PAGE");
        assertThatIllegalArgumentException().isThrownBy(() -> new Item("v", Kind.VIDEO, "", Collections.nCopies(9, image()), null))
                .withMessageContaining("got 9 for VIDEO");
        assertThatIllegalArgumentException().isThrownBy(() -> new Item("t", Kind.TEXT, "t", List.of(image()), WORDS)).withMessageContaining("got 1 for TEXT");
        assertThatIllegalArgumentException().isThrownBy(() -> Item.text("", WORDS)).withMessageContaining("needs text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Item("v", Kind.VIDEO, "", Collections.nCopies(4, image()), Trace.ofFrames("m", List.of(2, 5), "a", "a")))
                .withMessageContaining("within 1…4, got [2, 5]");
    }

    @Test
    void onlyRgbPixelsAreTaken() {
        BufferedImage clear = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0xFF102030);
        assertThatIllegalArgumentException().isThrownBy(() -> Item.image("i", "", clear, null)).withMessageContaining("Pixels.rgb");
        BufferedImage rgb = Pixels.rgb(clear);
        assertThat(rgb.getRGB(0, 0)).isEqualTo(0xFF102030);
        assertThat(rgb.getRGB(1, 1)).isEqualTo(0xFFFFFFFF);
        assertThat(Pixels.rgb(rgb)).isSameAs(rgb);
    }

    @Test
    void tracesHoldOneKindOfEvidence() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Trace("", List.of(), List.of(), List.of(), "", "")).withMessageContaining("exactly one");
        assertThatIllegalArgumentException().isThrownBy(() -> new Trace("", List.of(), List.of(1), List.of("w"), "", "")).withMessageContaining("exactly one");
        assertThatIllegalArgumentException().isThrownBy(() -> Trace.ofFrames("", List.of(3, 3), "", "")).withMessageContaining("ascending, got [3, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> Trace.ofFrames("", List.of(0), "", "")).withMessageContaining("1-based");
        assertThatIllegalArgumentException().isThrownBy(() -> Trace.ofBoxes("", List.of(new Box(0, 0, 1000, 951)), "", "")).withMessageContaining("0.95");
        assertThat(Trace.ofBoxes("", List.of(new Box(0, 0, 1000, 950)), "", "").boxes().getFirst().share()).isEqualTo(0.95);
        assertThatIllegalArgumentException().isThrownBy(() -> new Box(5, 0, 5, 10)).withMessageContaining("[5, 0, 5, 10]");
        assertThatIllegalArgumentException().isThrownBy(() -> new Box(0, 0, 1001, 10)).withMessageContaining("0…1000");
    }

    @Test
    void candidatesAreUniqueAndThePositiveComesFirst() {
        Item a = Item.text("a", WORDS);
        Item b = Item.text("b", WORDS);
        assertThat(new RetrievalQuery("q", a, List.of(a, b), Map.of("a", 1.0)).candidates()).containsExactly(a, b);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetrievalQuery("q", a, List.of(a, a), Map.of("a", 1.0))).withMessageContaining("'a' twice");
        assertThatIllegalArgumentException().isThrownBy(() -> new RetrievalQuery("q", a, List.of(b, a), Map.of("a", 1.0))).withMessageContaining("first");
        assertThatIllegalArgumentException().isThrownBy(() -> new RetrievalQuery("q", a, List.of(a), Map.of("a", 1.0, "z", 1.0)))
                .withMessageContaining("candidates only");
    }
}
