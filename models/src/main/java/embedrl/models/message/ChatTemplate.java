package embedrl.models.message;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The marks around a user turn and the start of the assistant's. All of them are encoded as text with special tokens.
 *
 * @param user        before the user's content
 * @param assistant   between the user's content and the assistant's
 * @param end         after the assistant's content; its first token ends a generation
 * @param visionStart before the placeholders of an image
 * @param placeholder one visual token
 * @param visionEnd   after them
 */
public record ChatTemplate(String user, String assistant, String end, String visionStart, String placeholder, String visionEnd) {
    private static final Pattern MARK = Pattern.compile("<\\|[^|]*\\|>");

    /** The special tokens in all parts, each once. */
    public List<String> marks() {
        return MARK.matcher(user + assistant + end + visionStart + placeholder + visionEnd).results().map(MatchResult::group).distinct().toList();
    }

    /** The template of Qwen3-VL, without a system turn. */
    public static ChatTemplate qwen() {
        return new ChatTemplate("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>\n", "<|vision_start|>", "<|image_pad|>",
                "<|vision_end|>");
    }

    /** The shortest template, for compact models: one mark per turn. */
    public static ChatTemplate compact() {
        return new ChatTemplate("<|im_start|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "");
    }
}
