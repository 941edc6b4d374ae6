package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;

/** The EXIF orientation: reads it from a TIFF block and turns pictures upright. */
final class Orientation {
    /** Nothing to turn. */
    static final int UPRIGHT = 1;
    private static final int TAG = 0x112;

    private Orientation() {}

    /** The orientation that a TIFF block states, from 1 to 8; 1 where it states none or is damaged. */
    static int of(byte[] bytes, int start, int end) {
        if (end - start < 8) {
            return UPRIGHT;
        }
        boolean little = bytes[start] == 'I' && bytes[start + 1] == 'I';
        if (!little && !(bytes[start] == 'M' && bytes[start + 1] == 'M')) {
            return UPRIGHT;
        }
        var tiff = new ByteCursor(bytes, start, end, little);
        try {
            tiff.skip(2);
            if (tiff.u16() != 42) {
                return UPRIGHT;
            }
            tiff.seek(start + tiff.u32());
            for (int entries = tiff.u16(); entries > 0; entries--) {
                int tag = tiff.u16();
                tiff.skip(6);
                int value = tiff.u16();
                tiff.skip(2);
                if (tag == TAG) {
                    return value >= 1 && value <= 8 ? value : UPRIGHT;
                }
            }
        } catch (MalformedMedia damaged) {
            // Metadata is no reason to refuse a picture: the reference shows it as it is stored.
            return UPRIGHT;
        }
        return UPRIGHT;
    }

    /** The picture turned by its orientation. */
    static RgbImage turn(RgbImage image, int orientation) {
        if (orientation == UPRIGHT) {
            return image;
        }
        int height = image.size().height();
        int width = image.size().width();
        boolean swapped = orientation >= 5;
        int rows = swapped ? width : height;
        int columns = swapped ? height : width;
        int[] from = image.pixels();
        int[] to = new int[from.length];
        boolean mirrorY = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        boolean mirrorX = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        for (int y = 0; y < rows; y++) {
            int sourceY = mirrorY ? rows - 1 - y : y;
            for (int x = 0; x < columns; x++) {
                int sourceX = mirrorX ? columns - 1 - x : x;
                to[y * columns + x] = swapped ? from[sourceX * width + sourceY] : from[sourceY * width + sourceX];
            }
        }
        return new RgbImage(new ImageSize(rows, columns), to);
    }
}
