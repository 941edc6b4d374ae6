package embedrl.embedrl.message;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.Trace;
import embedrl.embedrl.reward.Side;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextStyleTest {
    private static final TextStyle STYLE = TextStyle.COMPACT;

    @Test
    void everyWordFollowsASpace() {
        assertThat(STYLE.text("a red cup")).isEqualTo(" a red cup");
        assertThat(STYLE.text("")).isEmpty();
        assertThat(STYLE.prompt(Item.text("a red cup", null), Side.QUERY)).isEqualTo(" a red cup query");
        Item image = Item.image("i", "", new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), null);
        assertThat(STYLE.prompt(image, Side.TARGET)).isEqualTo(" target");
    }

    @Test
    void completionsStateTheTrace() {
        assertThat(STYLE.completion(Trace.ofKeywords("find", List.of("red", "cup"), "cup at B2", "a red cup"))).isEqualTo(
                "<thinking> find {\"text_keywords\": [\"red\", \"cup\"]}</thinking><rethink> cup at B2</rethink><answer> a red cup</answer>");
        assertThat(STYLE.completion(Trace.ofBoxes("", List.of(new Box(0, 0, 250, 250), new Box(250, 0, 500, 250)), "", "cup"))).isEqualTo(
                "<thinking>{\"bbox_2d\": [[0, 0, 250, 250], [250, 0, 500, 250]]}</thinking><rethink></rethink><answer> cup</answer>");
        assertThat(STYLE.completion(Trace.ofFrames("moves", List.of(1, 4), "left", "cup"))).isEqualTo(
                "<thinking> moves {\"key_frames\": [1, 4]}</thinking><rethink> left</rethink><answer> cup</answer>");
    }
}
