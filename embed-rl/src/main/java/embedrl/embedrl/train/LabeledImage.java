package embedrl.embedrl.train;

import embedrl.models.input.VisualInput;

/**
 * An image whose visual tokens have known labels, for {@link VisionPretraining}.
 *
 * @param image  patches
 * @param labels [label sets, visual tokens in the order of the merged grid in merge-block order]: the word's token id, or −1 where the set has none there
 */
public record LabeledImage(VisualInput image, int[][] labels) {
}
