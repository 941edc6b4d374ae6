package embedrl.embedrl.tcot;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.WritableRaster;
import java.util.List;

/** Cuts the evidence of a parsed T-CoT out of its item. */
public final class EvidenceCrops {

    private EvidenceCrops() {
    }

    /**
     * One new picture per box, in order; the source is not modified and shares no pixels with them.
     *
     * @throws IllegalArgumentException if a box leaves the picture, i.e. was made for one of another size
     */
    public static List<BufferedImage> crops(BufferedImage picture, List<PixelBox> boxes) {
        return boxes.stream().map(box -> crop(picture, box)).toList();
    }

    /** The selected elements of a video's frame list, in the order of the selection. */
    public static <F> List<F> frames(List<F> frames, List<Integer> selection) {
        return selection.stream().map(index -> {
            if (index < 0 || index >= frames.size()) {
                throw new IllegalArgumentException("evidence frames: position must be 0 … " + (frames.size() - 1) + ", got " + index
                        + "; parse the T-CoT with the number of frames it was written for");
            }
            return frames.get(index);
        }).toList();
    }

    private static BufferedImage crop(BufferedImage picture, PixelBox box) {
        if (box.x() + box.width() > picture.getWidth() || box.y() + box.height() > picture.getHeight()) {
            throw new IllegalArgumentException("evidence crop: box must lie inside the picture, got " + box + " for " + picture.getWidth() + " × "
                    + picture.getHeight() + " pixels; parse the T-CoT with the size of the picture it is cut from");
        }
        // The raster is copied as it is: drawing would convert gray values on the way.
        ColorModel colors = picture.getColorModel();
        WritableRaster pixels = colors.createCompatibleWritableRaster(box.width(), box.height());
        picture.getSubimage(box.x(), box.y(), box.width(), box.height()).copyData(pixels);
        return new BufferedImage(colors, pixels, colors.isAlphaPremultiplied(), null);
    }
}
