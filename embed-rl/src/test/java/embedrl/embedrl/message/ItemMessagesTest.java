package embedrl.embedrl.message;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.tcot.Visual;
import embedrl.models.EmbedderPrompt;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemMessagesTest {
    private static final ItemMessages MESSAGES = new ItemMessages(TextStyle.COMPACT, TCotParser.withDefaults());
    private static final String SUMMARY = EmbedderPrompt.standard().summary();

    private static final Item TEXT = Item.text("a red cup", null);
    private static final Item IMAGE = Item.image("photos/image.jpg", "what is here", picture(100, 80), null);
    private static final Item PAGE = new Item("page.png", Kind.PAGE, "which total", List.of(picture(80, 120)), null);
    private static final Item VIDEO = new Item("clip.mp4", Kind.VIDEO, "where to", List.of(picture(40, 40), picture(40, 40), picture(40, 40)), null);

    /** Every pixel tells its place. */
    private static BufferedImage picture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) for (int x = 0; x < width; x++) image.setRGB(x, y, x << 16 | y << 8 | width);
        return image;
    }

    private static List<Content> content(EmbedderMessage message) {
        return message.content(EmbedderPrompt.standard());
    }

    private static String completion(String cue) {
        return "dropped<thinking>see " + cue + "</thinking>\n <rethink>cup</rethink><answer>a cup</answer> ";
    }

    @Test
    void rawItemsFollowTheOrderOfTheirKind() {
        assertThat(content(MESSAGES.raw(TEXT))).containsExactly(Content.text(" a red cup" + SUMMARY));
        assertThat(content(MESSAGES.raw(IMAGE))).containsExactly(new Content.Image(IMAGE.visuals().getFirst()), Content.text(" what is here" + SUMMARY));
        assertThat(content(MESSAGES.raw(PAGE))).containsExactly(new Content.Image(PAGE.visuals().getFirst()), Content.text(" which total" + SUMMARY));
        List<Content> video = new ArrayList<>(List.of(Content.text(" where to")));
        VIDEO.visuals().forEach(frame -> video.add(new Content.Image(frame)));
        video.add(Content.text(SUMMARY));
        assertThat(content(MESSAGES.raw(VIDEO))).isEqualTo(video);
        Item silent = Item.image("i", "", picture(20, 20), null);
        assertThat(content(MESSAGES.raw(silent))).containsExactly(new Content.Image(silent.visuals().getFirst()), Content.text(SUMMARY));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\n\t "})
    void aBlankCompletionGivesTheItemAlone(String blank) {
        for (Item item : List.of(TEXT, IMAGE, PAGE, VIDEO)) {
            assertThat(MESSAGES.reasoned(item, blank)).isEqualTo(MESSAGES.raw(item));
            assertThat(MESSAGES.reasonedWithoutEvidence(item, blank)).isEqualTo(MESSAGES.raw(item));
        }
    }

    @Test
    void cropsStandBetweenThinkingAndRethinkInTheOrderWritten() {
        for (Item item : List.of(IMAGE, PAGE)) {
            String cue = "{\"bbox_2d\": [[500, 0, 1000, 500], [0, 0, 1000, 1000], [0, 500, 500, 1000]]}";   // the second covers all and is no evidence
            List<Content> parts = content(MESSAGES.reasoned(item, completion(cue)));
            assertThat(parts).hasSize(5);
            assertThat(parts.get(0)).isEqualTo(new Content.Image(item.visuals().getFirst()));
            assertThat(parts.get(1)).isEqualTo(Content.text(" " + item.text() + "<thinking>see " + cue + "</thinking>\n"));
            assertThat(parts.get(4)).isEqualTo(Content.text("<rethink>cup</rethink><answer>a cup</answer>" + SUMMARY));
            int width = item.visuals().getFirst().getWidth();
            int height = item.visuals().getFirst().getHeight();
            isCrop(parts.get(2), item, width / 2, 0);
            isCrop(parts.get(3), item, 0, height / 2);
        }
    }

    private static void isCrop(Content part, Item item, int x, int y) {
        BufferedImage whole = item.visuals().getFirst();
        BufferedImage crop = ((Content.Evidence) part).image();
        assertThat(List.of(crop.getWidth(), crop.getHeight())).containsExactly(whole.getWidth() / 2, whole.getHeight() / 2);
        assertThat(crop.getRGB(0, 0)).isEqualTo(whole.getRGB(x, y));
        assertThat(crop.getRGB(3, 2)).isEqualTo(whole.getRGB(x + 3, y + 2));
    }

    @Test
    void keyFramesAreCountedFromOne() {
        List<Content> parts = content(MESSAGES.reasoned(VIDEO, completion("{\"key_frames\": [3, 0, 1, 4, 3]}")));
        assertThat(parts).hasSize(8);
        assertThat(parts.get(0)).isEqualTo(Content.text(" where to"));
        for (int frame = 0; frame < 3; frame++) assertThat(parts.get(1 + frame)).isEqualTo(new Content.Image(VIDEO.visuals().get(frame)));
        assertThat(((Content.Text) parts.get(4)).text()).startsWith("<thinking>see {").endsWith("</thinking>\n");
        assertThat(parts.get(5)).isEqualTo(new Content.Evidence(VIDEO.visuals().get(2)));
        assertThat(parts.get(6)).isEqualTo(new Content.Evidence(VIDEO.visuals().get(0)));
        assertThat(((Content.Text) parts.get(7)).text()).isEqualTo("<rethink>cup</rethink><answer>a cup</answer>" + SUMMARY);
    }

    @Test
    void evidenceOfAnotherKindIsNotShown() {
        String cue = "{\"text_keywords\": [\"cup\"]} {\"key_frames\": [1]}";
        assertThat(MESSAGES.reasoned(IMAGE, completion(cue)).evidence()).isEmpty();
        assertThat(MESSAGES.reasoned(TEXT, completion("{\"bbox_2d\": [[0, 0, 500, 500]]}")).evidence()).isEmpty();
        assertThat(content(MESSAGES.reasoned(TEXT, completion(cue)))).containsExactly(
                Content.text(" a red cup<thinking>see " + cue + "</thinking>\n<rethink>cup</rethink><answer>a cup</answer>" + SUMMARY));
    }

    @Test
    void withoutACompleteThinkingSectionTheCompletionIsPlainText() {
        String cut = "<thinking>see {\"bbox_2d\": [[0, 0, 500, 500]]}";
        assertThat(content(MESSAGES.reasoned(IMAGE, cut))).containsExactly(new Content.Image(IMAGE.visuals().getFirst()),
                Content.text(" what is here" + cut + SUMMARY));
        assertThat(MESSAGES.reasoned(TEXT, "junk").rest()).isEmpty();
    }

    @Test
    void evidenceCanBeLeftOut() {
        String completion = completion("{\"bbox_2d\": [[0, 0, 500, 500]]}");
        EmbedderMessage with = MESSAGES.reasoned(IMAGE, completion);
        EmbedderMessage without = MESSAGES.reasonedWithoutEvidence(IMAGE, completion);
        assertThat(with.evidence()).hasSize(1);
        assertThat(without).isEqualTo(new EmbedderMessage(with.visuals(), with.visualsLast(), with.text(), with.thinking(), List.of(), with.rest()));
    }

    @Test
    void whatCanBeCutOutOfAnItem() {
        assertThat(Visual.of(TEXT)).isEqualTo(Visual.NONE);
        assertThat(Visual.of(IMAGE)).isEqualTo(Visual.picture(100, 80));
        assertThat(Visual.of(PAGE)).isEqualTo(Visual.picture(80, 120));
        assertThat(Visual.of(VIDEO)).isEqualTo(Visual.frames(3));
    }

    /** A prompt is the item's pixels, its text and the side: neither the partner, nor the answer, nor a name of the item. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void promptsHoldTheirOwnItemAndNothingElse(Side side) {
        for (var family : new SceneFamilies(new IconArt()).openAll(Split.TRAIN, 3, 100))
            for (int i = 0; i < 3; i++) {
                Pair pair = family.pair(i);
                Item item = side.of(pair);
                List<Content> expected = new ArrayList<>();
                item.visuals().forEach(visual -> expected.add(new Content.Image(visual)));
                expected.add(Content.text((item.text().isEmpty() ? "" : " " + item.text()) + (side == Side.QUERY ? " query" : " target")));
                assertThat(MESSAGES.prompt(item, side)).as(pair.id()).isEqualTo(expected);
            }
    }

    @Test
    void namesOfFilesAreNotRead() {
        for (Item item : List.of(IMAGE, PAGE, VIDEO)) {
            assertThat(MESSAGES.prompt(item, Side.TARGET).toString()).doesNotContain(item.id());
            assertThat(content(MESSAGES.reasoned(item, completion("{}"))).toString()).doesNotContain(item.id());
        }
    }
}
