package embedrl.models.qwen3vl;

/**
 * Ids of the tokens around visual tokens, as in {@code config.json}. The model itself does not need them; other libraries that read a checkpoint do.
 *
 * @param image       placeholder of an image's visual tokens
 * @param video       placeholder of a video's
 * @param visionStart token before placeholders
 * @param visionEnd   token after them
 */
public record VisualTokenIds(int image, int video, int visionStart, int visionEnd) {
}
