package embedrl.models.message;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The marks around a user turn and the start of the assistant's. All of them are encoded as text with special tokens.
 *
 * @param user             before the user's content
 * @param assistant        between the user's content and the assistant's
 * @param end              after the assistant's content; its first token ends a generation
 * @param visionStart      before the placeholders of an image
 * @param placeholder      one visual token
 * @param visionEnd        after them
 * @param videoPlaceholder one visual token of a video
 * @param videoOuterPair   whether a whole video stands between vision marks too, around the pairs of its frame pairs: some versions of the reference
 *                         processor leave the marks of the template there
 */
public record ChatTemplate(String user, String assistant, String end, String visionStart, String placeholder, String visionEnd, String videoPlaceholder,
                           boolean videoOuterPair) {
    private static final Pattern MARK = Pattern.compile("<\\|[^|]*\\|>");

    /** A template that does not tell the placeholders of videos from those of images. */
    public ChatTemplate(String user, String assistant, String end, String visionStart, String placeholder, String visionEnd) {
        this(user, assistant, end, visionStart, placeholder, visionEnd, placeholder, false);
    }

    /** This template with or without marks around a whole video. */
    public ChatTemplate withVideoOuterPair(boolean outerPair) {
        return new ChatTemplate(user, assistant, end, visionStart, placeholder, visionEnd, videoPlaceholder, outerPair);
    }

    /** The special tokens in all parts, each once. */
    public List<String> marks() {
        return MARK.matcher(user + assistant + end + visionStart + placeholder + visionEnd + videoPlaceholder).results().map(MatchResult::group).distinct().toList();
    }

    /** A text without the marks: what a user or a model writes must not end a turn or claim to be an image. */
    public String withoutMarks(String text) {
        List<String> marks = marks();
        String clean = text;
        for (String before = null; !clean.equals(before); ) {   // again, since a removal can join a new mark
            before = clean;
            for (String mark : marks) clean = clean.replace(mark, "");
        }
        return clean;
    }

    /** The template of Qwen3-VL, without a system turn. */
    public static ChatTemplate qwen() {
        return new ChatTemplate("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>\n", "<|vision_start|>", "<|image_pad|>",
                "<|vision_end|>", "<|video_pad|>", false);
    }

    /** The same for models that read texts only. */
    public static ChatTemplate chatMl() {
        return new ChatTemplate("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>\n", "", "", "");
    }

    /** No marks at all, for models that were not trained on turns. */
    public static ChatTemplate plain() {
        return new ChatTemplate("", "", "", "", "", "");
    }

    /**
     * The marks that a checkpoint's own template puts around one user turn and one answer; the marks of images are this template's.
     *
     * @throws IllegalArgumentException where the template does not show what the user and the assistant say
     */
    public ChatTemplate withTurnsOf(ConversationTemplate conversation) {
        String said = "\uE000";
        String answered = "\uE001";
        String prompt = conversation.render(List.of(ChatMessage.user(said)), true);
        String turn = conversation.render(List.of(ChatMessage.user(said), ChatMessage.assistant(answered)), false);
        if (!prompt.contains(said) || !turn.contains(answered))
            throw new IllegalArgumentException("chat template: it must show what the user and the assistant say, got '" + prompt + "' and '" + turn + "'");
        return new ChatTemplate(prompt.substring(0, prompt.indexOf(said)), prompt.substring(prompt.indexOf(said) + 1), turn.substring(turn.indexOf(answered) + 1),
                visionStart, placeholder, visionEnd, videoPlaceholder, videoOuterPair);
    }

    /** The shortest template, for compact models: one mark per turn. */
    public static ChatTemplate compact() {
        return new ChatTemplate("<|im_start|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "");
    }
}
