package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;

/**
 * A decoded picture before transparency and orientation are dealt with.
 *
 * @param size        height and width
 * @param argb        one value 0xAARRGGBB per pixel, row by row; changed by {@link #opened}
 * @param transparent whether alpha counts; without it the high byte means nothing
 * @param orientation the EXIF orientation
 */
record Raster(ImageSize size, int[] argb, boolean transparent, int orientation) {
    /** The picture as it is opened; takes over the pixels. */
    RgbImage opened(ImageOpening opening) {
        if (transparent && opening.alpha() == RgbImage.Alpha.ON_WHITE) {
            RgbImage.layOnWhite(argb);
        } else {
            for (int i = 0; i < argb.length; i++) {
                argb[i] &= 0xffffff;
            }
        }
        var image = new RgbImage(size, argb);
        return opening.upright() ? Orientation.turn(image, orientation) : image;
    }
}
