package embedrl.models.message;

import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;

/** Cuts an image into the patches that a vision tower reads. */
public interface ImageEncoder {
    /** An image that is the subject of a message. */
    VisualInput subject(BufferedImage image);

    /** A crop or key frame added as evidence. */
    VisualInput evidence(BufferedImage image);
}
