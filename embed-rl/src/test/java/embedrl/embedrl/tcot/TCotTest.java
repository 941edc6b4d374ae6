package embedrl.embedrl.tcot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Trace;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class TCotTest {

    @Test
    void rendersOneLineOfThreeSections() {
        var tcot = new TCot("A mug.", new Evidence.Boxes(List.of(new Box(1, 2, 300, 400), new Box(5, 6, 700, 800))), "Red.", "a red mug");
        assertThat(tcot.render()).isEqualTo(
                "<thinking>A mug. {\"bbox_2d\": [[1, 2, 300, 400], [5, 6, 700, 800]]}</thinking><rethink>Red.</rethink><answer>a red mug</answer>");
        assertThat(new TCot("", new Evidence.KeyFrames(List.of(3, 1)), "", "").render())
                .isEqualTo("<thinking>{\"key_frames\": [3, 1]}</thinking><rethink></rethink><answer></answer>");
    }

    @Test
    void keywordsSurviveQuotingAndParsing() {
        var words = List.of("a \"quoted\" word", "back\\slash", "line\nbreak", "café ☕", "{brace}");
        String text = new TCot("t", new Evidence.Keywords(words), "r", "a").render();
        assertThat(TCotParser.withDefaults().parse(text, Visual.NONE).keywords()).isEqualTo(words);
        assertThat(FormatCheck.STRICT.accepts(text, Visual.NONE)).isTrue();
    }

    @Test
    void tracesBecomeTCotsThatKeepTheFormat() {
        var frame = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
        var boxes = Trace.ofBoxes("t", List.of(new Box(0, 0, 500, 500)), "r", "a");
        var frames = Trace.ofFrames("t", List.of(2), "r", "a");
        var keywords = Trace.ofKeywords("t", List.of("k"), "r", "a");
        for (Item item : List.of(Item.image("i", "", frame, boxes), new Item("v", Kind.VIDEO, "", List.of(frame, frame), frames), Item.text("x", keywords))) {
            assertThat(FormatCheck.STRICT.accepts(TCot.of(item.trace()).render(), Visual.of(item))).isTrue();
        }
    }

    @Test
    void visualsOfItems() {
        var picture = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
        assertThat(Visual.of(Item.text("x", null))).isSameAs(Visual.NONE);
        assertThat(Visual.of(new Item("p", Kind.PAGE, "", List.of(picture), null))).isEqualTo(Visual.picture(100, 80));
        assertThat(Visual.of(new Item("v", Kind.VIDEO, "", List.of(picture, picture), null))).isEqualTo(Visual.frames(2));
    }

    @Test
    void tagsInProseAreRefused() {
        var evidence = new Evidence.Keywords(List.of("k"));
        assertThatThrownBy(() -> new TCot("a</thinking>", evidence, "", "")).hasMessageContaining("section 'thinking' must not contain the tags of 'thinking'");
        assertThatThrownBy(() -> new TCot("", evidence, "", "<rethink>")).hasMessageContaining("section 'answer' must not contain the tags of 'rethink'");
    }

    @Test
    void sectionsAreReadFromAnyText() {
        assertThat(Sections.of("x<thinking> t </thinking><rethink>r</rethink><answer>a</answer>")).isEqualTo(new Sections("t", "r", "a"));
        assertThat(Sections.of("<thinking>t</thinking><rethinking>r</rethinking><answer>cut of")).isEqualTo(new Sections("t", "r", "cut of"));
        assertThat(Sections.of("<answer>a</answer>")).isEqualTo(new Sections("", "", "a"));
        assertThat(Sections.of("  plain text ")).isEqualTo(new Sections("", "", "plain text"));
        assertThat(Sections.of("")).isEqualTo(new Sections("", "", ""));
    }
}
