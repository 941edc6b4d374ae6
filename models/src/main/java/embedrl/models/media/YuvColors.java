package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.codecs.h264.io.model.VUIParameters;
import org.jcodec.common.model.Picture;

/**
 * Turns decoded 4:2:0 frames into RGB by the matrix and the range that the video states: ITU-R BT.601 and 16 … 235 where it states none, as FFmpeg assumes. Each
 * color sample serves its four pixels.
 */
final class YuvColors {
    private YuvColors() {}

    static RgbImage rgb(Picture picture, SeqParameterSet parameters, ImageSize size) throws MalformedMedia {
        int left = parameters.frameCroppingFlag ? 2 * parameters.frameCropLeftOffset : 0;
        int top = parameters.frameCroppingFlag ? 2 * parameters.frameCropTopOffset : 0;
        int stride = picture.getWidth();
        if (left + size.width() > stride || top + size.height() > picture.getHeight()) {
            throw new MalformedMedia("MP4: a frame of " + picture.getHeight() + " × " + stride + " does not hold the picture of " + size);
        }
        VUIParameters vui = parameters.vuiParams;
        boolean full = vui != null && vui.videoSignalTypePresentFlag && vui.videoFullRangeFlag;
        int matrix = vui != null && vui.colourDescriptionPresentFlag ? vui.matrixCoefficients : 2;
        double kr = matrix == 1 ? 0.2126 : matrix == 9 ? 0.2627 : 0.299;
        double kb = matrix == 1 ? 0.0722 : matrix == 9 ? 0.0593 : 0.114;
        double luma = full ? 1 : 255 / 219.0;
        double chroma = full ? 1 : 255 / 224.0;
        int lumaScale = fixed(luma);
        int redCr = fixed(2 * (1 - kr) * chroma);
        int blueCb = fixed(2 * (1 - kb) * chroma);
        int greenCr = fixed(2 * (1 - kr) * kr / (1 - kr - kb) * chroma);
        int greenCb = fixed(2 * (1 - kb) * kb / (1 - kr - kb) * chroma);
        byte[] y = picture.getPlaneData(0);
        byte[] cb = picture.getPlaneData(1);
        byte[] cr = picture.getPlaneData(2);
        // The decoder stores samples minus 128.
        int black = full ? -128 : 16 - 128;
        var pixels = new int[size.height() * size.width()];
        for (int row = 0; row < size.height(); row++) {
            int lumaAt = (top + row) * stride + left;
            int chromaAt = (top + row >> 1) * (stride >> 1);
            for (int column = 0; column < size.width(); column++) {
                int color = chromaAt + (left + column >> 1);
                int level = (y[lumaAt + column] - black) * lumaScale + (1 << 15);
                int red = level + redCr * cr[color] >> 16;
                int green = level - greenCr * cr[color] - greenCb * cb[color] >> 16;
                int blue = level + blueCb * cb[color] >> 16;
                pixels[row * size.width() + column] = clip(red) << 16 | clip(green) << 8 | clip(blue);
            }
        }
        return new RgbImage(size, pixels);
    }

    private static int fixed(double factor) {
        return (int) Math.rint(factor * (1 << 16));
    }

    private static int clip(int value) {
        return Math.clamp(value, 0, 255);
    }
}
