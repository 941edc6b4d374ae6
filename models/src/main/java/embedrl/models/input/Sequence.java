package embedrl.models.input;

import java.util.Arrays;
import java.util.List;

/**
 * One sequence for the model: token ids in which every visual token has its placeholder, and the images in the order of their placeholders.
 *
 * @param tokens      ids; shared, not copied: do not change them
 * @param placeholder id of the image placeholder
 * @param videoPlaceholder id of the placeholder of a video's frame pairs; the same id where text does not tell them apart
 * @param imagesEnd   index behind the part that may hold placeholders; behind it the same id is an ordinary token, as a model may have written it
 * @param visuals     the images; image i fills the next rows·columns/merge² placeholders
 */
public record Sequence(int[] tokens, int placeholder, int videoPlaceholder, int imagesEnd, List<VisualInput> visuals) {
    public Sequence {
        visuals = List.copyOf(visuals);
    }

    /**
     * A sequence whose text marks videos with another id than images. The model replaces both by visual tokens.
     *
     * @param visuals images and the frame pairs of videos, in the order of their placeholders
     */
    public static Sequence withVideos(int[] tokens, int imagePlaceholder, int videoPlaceholder, List<VisualInput> visuals) {
        return new Sequence(tokens, imagePlaceholder, videoPlaceholder, tokens.length, visuals);
    }

    /** A sequence that may hold placeholders anywhere. */
    public Sequence(int[] tokens, int placeholder, List<VisualInput> visuals) {
        this(tokens, placeholder, placeholder, tokens.length, visuals);
    }

    /** Whether the token at an index stands for a visual token. */
    public boolean isPlaceholder(int index) {
        return index < imagesEnd && (tokens[index] == placeholder || tokens[index] == videoPlaceholder);
    }

    /** Whether no placeholder stands at or behind an index. */
    public boolean placeholdersEndBy(int index) {
        for (int i = index; i < Math.min(imagesEnd, tokens.length); i++) if (isPlaceholder(i)) return false;
        return true;
    }

    /** The first tokens of this sequence, which hold all its images. */
    public Sequence first(int count) {
        if (count > tokens.length || !placeholdersEndBy(count))
            throw new IllegalArgumentException("sequence: the first " + count + " tokens of " + tokens.length + " must be there and hold all images");
        return new Sequence(Arrays.copyOf(tokens, count), placeholder, videoPlaceholder, Math.min(imagesEnd, count), visuals);
    }

    public int length() {
        return tokens.length;
    }

    /** This sequence with more tokens at its end (without images). */
    public Sequence append(int[] more) {
        int[] all = Arrays.copyOf(tokens, tokens.length + more.length);
        System.arraycopy(more, 0, all, tokens.length, more.length);
        return new Sequence(all, placeholder, videoPlaceholder, imagesEnd, visuals);
    }
}
