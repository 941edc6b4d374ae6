package embedrl.embedrl.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.ParsedTCot;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.tcot.TCotTags;
import embedrl.embedrl.tcot.Visual;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PaperPromptsTest {

    private static final PromptBook PAPER = new PaperPrompts();
    private static final PromptBook COMPACT = new CompactPrompts();

    private static PromptRequest request(PaperTemplate template, String text) {
        return switch (template) {
            case TEXT_QUERY -> new PromptRequest(Kind.TEXT, Side.QUERY, text, 0, false, Optional.empty());
            case IMAGE_QUERY -> new PromptRequest(Kind.IMAGE, Side.QUERY, text, 0, false, Optional.empty());
            case VIDEO_QUERY -> new PromptRequest(Kind.VIDEO, Side.QUERY, text, 8, false, Optional.empty());
            case TEXT_TO_VIDEO_QUERY -> new PromptRequest(Kind.TEXT, Side.QUERY, text, 0, true, Optional.empty());
            case TARGET_TEXT -> new PromptRequest(Kind.TEXT, Side.TARGET, text, 0, false, Optional.empty());
            case TARGET_IMAGE -> new PromptRequest(Kind.IMAGE, Side.TARGET, text, 0, false, Optional.empty());
            case TARGET_VIDEO -> new PromptRequest(Kind.VIDEO, Side.TARGET, text, 8, false, Optional.empty());
        };
    }

    private static Visual visual(PaperTemplate template) {
        return switch (template) {
            case TEXT_QUERY, TEXT_TO_VIDEO_QUERY, TARGET_TEXT -> Visual.NONE;
            case IMAGE_QUERY, TARGET_IMAGE -> Visual.picture(640, 480);
            case VIDEO_QUERY, TARGET_VIDEO -> Visual.frames(8);
        };
    }

    @ParameterizedTest
    @EnumSource(PaperTemplate.class)
    void workedExamplesKeepTheFormatThatTheyTeach(PaperTemplate template) {
        assertThat(template.examples).isNotEmpty();
        String prompt = PAPER.prompt(request(template, "x"));
        for (PaperTemplate.Example example : template.examples) {
            String completion = example.tcot().render();
            assertThat(prompt).contains(completion);
            assertThat(FormatCheck.STRICT.accepts(completion, visual(template))).isTrue();
            assertThat(FormatCheck.LENIENT.accepts(completion, visual(template))).isTrue();
            ParsedTCot parsed = TCotParser.withDefaults().parse(completion, visual(template));
            assertThat(parsed.textParts()).hasSize(2);
            assertThat(parsed.hasPictures()).isEqualTo(visual(template) != Visual.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource(PaperTemplate.class)
    void promptsAskForTheTagsAndTheKeyOfTheirItem(PaperTemplate template) {
        String prompt = PAPER.prompt(request(template, "the task itself"));
        for (String section : List.of(TCotTags.THINKING, TCotTags.RETHINK, TCotTags.ANSWER)) {
            assertThat(prompt).contains(TCotTags.open(section), TCotTags.close(section));
        }
        assertThat(prompt).doesNotContain(TCotTags.RETHINK_ALIAS);
        String key = switch (visual(template)) {
            case Visual.None _ -> TCotTags.TEXT_KEYWORDS;
            case Visual.Picture _ -> TCotTags.BBOX_2D;
            case Visual.Frames _ -> TCotTags.KEY_FRAMES;
        };
        for (String any : List.of(TCotTags.TEXT_KEYWORDS, TCotTags.BBOX_2D, TCotTags.KEY_FRAMES)) {
            assertThat(prompt.contains(any)).isEqualTo(any.equals(key));
        }
        assertThat(prompt).endsWith("Text: the task itself").doesNotContain("Right answer");
    }

    @Test
    void everyTemplateIsChosenForItsItem() {
        for (PaperTemplate template : PaperTemplate.values()) {
            assertThat(PaperTemplate.of(request(template, ""))).isEqualTo(template);
        }
        assertThat(PaperTemplate.of(new PromptRequest(Kind.PAGE, Side.TARGET, "", 0, false, Optional.empty()))).isEqualTo(PaperTemplate.TARGET_IMAGE);
        assertThat(PaperTemplate.of(new PromptRequest(Kind.PAGE, Side.QUERY, "q", 0, false, Optional.empty()))).isEqualTo(PaperTemplate.IMAGE_QUERY);
        assertThat(PaperTemplate.of(new PromptRequest(Kind.VIDEO, Side.QUERY, "q", 2, true, Optional.empty()))).isEqualTo(PaperTemplate.VIDEO_QUERY);
    }

    @Test
    void videosSayHowManyFramesAreShown() {
        assertThat(PAPER.prompt(request(PaperTemplate.VIDEO_QUERY, "q"))).contains("8 frames sampled at 2.0 FPS");
        assertThat(PAPER.prompt(request(PaperTemplate.IMAGE_QUERY, "q"))).doesNotContain("FPS");
        assertThat(PAPER.prompt(request(PaperTemplate.TARGET_VIDEO, ""))).endsWith("numbered from 1.");
    }

    @Test
    void theKnownAnswerIsShownOnlyWhereItIsGiven() {
        PromptRequest plain = request(PaperTemplate.IMAGE_QUERY, "what animal?");
        String with = PAPER.prompt(plain.withKnownAnswer("a lynx"));
        assertThat(with).contains("Right answer: a lynx", "never say that it was given");
        assertThat(PAPER.prompt(plain)).doesNotContain("lynx", "given below");
        assertThatThrownBy(() -> request(PaperTemplate.TARGET_TEXT, "t").withKnownAnswer("t")).hasMessageContaining("only queries");
    }

    @Test
    void aPromptIsMadeOfOneSideAlone() {
        var picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        var pair = new Pair("1", "set", Item.text("queryword", null), Item.image("folder/labelword.png", "targetword", picture, null));
        for (PromptBook book : List.of(PAPER, COMPACT)) {
            assertThat(book.prompt(PromptRequest.of(pair, Side.QUERY))).contains("queryword").doesNotContain("targetword", "labelword");
            assertThat(book.prompt(PromptRequest.of(pair, Side.TARGET))).contains("targetword").doesNotContain("queryword", "labelword");
        }
    }

    @Test
    void requestsOfPairsKnowTheirModality() {
        var frame = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        var video = new Item("v", Kind.VIDEO, "", List.of(frame, frame, frame), null);
        var pair = new Pair("1", "set", Item.text("a cat jumps", null), video);
        assertThat(PromptRequest.of(pair, Side.QUERY)).isEqualTo(new PromptRequest(Kind.TEXT, Side.QUERY, "a cat jumps", 0, true, Optional.empty()));
        assertThat(PromptRequest.of(pair, Side.TARGET)).isEqualTo(new PromptRequest(Kind.VIDEO, Side.TARGET, "", 3, false, Optional.empty()));
    }

    @Test
    void placeholdersAndLineBreaksAreRemoved() {
        assertThat(new PromptRequest(Kind.IMAGE, Side.QUERY, "<|image_1|>\nwhat\t is <image> this <video> ?", 0, false, Optional.empty()).text()).isEqualTo("what is this ?");
    }

    @Test
    void contradictingRequestsAreRefused() {
        assertThatThrownBy(() -> new PromptRequest(Kind.VIDEO, Side.QUERY, "", 0, false, Optional.empty())).hasMessageContaining("at least 1 frame");
        assertThatThrownBy(() -> new PromptRequest(Kind.TEXT, Side.QUERY, "", 3, false, Optional.empty())).hasMessageContaining("got 3 for TEXT");
        assertThatThrownBy(() -> new PromptRequest(Kind.TEXT, Side.TARGET, "", 0, true, Optional.empty())).hasMessageContaining("only queries seek videos");
    }

    @ParameterizedTest
    @CsvSource({"QUERY, red mug, find red mug", "TARGET, red mug, describe red mug", "QUERY, '', find", "TARGET, '', describe"})
    void compactPromptsAreOneWordAndTheText(Side side, String text, String prompt) {
        assertThat(COMPACT.prompt(new PromptRequest(Kind.IMAGE, side, text, 0, false, Optional.empty()))).isEqualTo(prompt);
    }

    @Test
    void compactPromptsCanShowTheAnswer() {
        assertThat(COMPACT.prompt(request(PaperTemplate.TEXT_QUERY, "q").withKnownAnswer("a"))).isEqualTo("find q answer a");
    }
}
