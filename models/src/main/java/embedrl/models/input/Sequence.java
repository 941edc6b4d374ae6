package embedrl.models.input;

import java.util.Arrays;
import java.util.List;

/**
 * One sequence for the model: token ids in which every visual token has its placeholder, and the images in the order of their placeholders.
 *
 * @param tokens      ids; shared, not copied: do not change them
 * @param placeholder id of the image placeholder
 * @param visuals     the images; image i fills the next rows·columns/merge² placeholders
 */
public record Sequence(int[] tokens, int placeholder, List<VisualInput> visuals) {
    public Sequence {
        visuals = List.copyOf(visuals);
    }

    /**
     * A sequence whose text marks videos with another id than images. The model replaces both by visual tokens, so one id serves both here.
     *
     * @param visuals images and the frame pairs of videos, in the order of their placeholders
     */
    public static Sequence withVideos(int[] tokens, int imagePlaceholder, int videoPlaceholder, List<VisualInput> visuals) {
        int[] unified = Arrays.stream(tokens).map(token -> token == videoPlaceholder ? imagePlaceholder : token).toArray();
        return new Sequence(unified, imagePlaceholder, visuals);
    }

    public int length() {
        return tokens.length;
    }

    /** This sequence with more tokens at its end (without images). */
    public Sequence append(int[] more) {
        int[] all = Arrays.copyOf(tokens, tokens.length + more.length);
        System.arraycopy(more, 0, all, tokens.length, more.length);
        return new Sequence(all, placeholder, visuals);
    }
}
