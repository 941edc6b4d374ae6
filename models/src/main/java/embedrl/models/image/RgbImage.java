package embedrl.models.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.util.Arrays;

/**
 * An opaque 8-bit color image in memory.
 *
 * @param size   height and width
 * @param pixels one value 0xRRGGBB per pixel, row by row; held, not copied
 */
public record RgbImage(ImageSize size, int[] pixels) {
    /** What happens to transparency. */
    public enum Alpha {
        /** The image is laid on white: what the reference does with pictures that are in memory. */
        ON_WHITE,
        /** Transparency is ignored and the stored color taken: what the reference does with files. */
        DROP
    }

    /** Checks the number of pixels. */
    public RgbImage {
        if (pixels.length != size.pixels()) {
            throw new IllegalArgumentException("image: " + size + " has " + size.pixels() + " pixels, got " + pixels.length);
        }
    }

    /** The pixels of an image, transparency laid on white. */
    public static RgbImage of(BufferedImage image) {
        return of(image, Alpha.ON_WHITE);
    }

    /**
     * The pixels of an image. Grey values are taken as they are stored, without the change of gamma that the JDK makes; values of
     * 16-bit grey above 255 become 255, as in the reference.
     */
    public static RgbImage of(BufferedImage image, Alpha alpha) {
        int width = image.getWidth();
        int height = image.getHeight();
        boolean transparent = image.getColorModel().hasAlpha();
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !(image.getColorModel() instanceof IndexColorModel);
        int[] pixels;
        if (grey) {
            pixels = grey(image.getRaster(), transparent);
        } else if (image.getType() == BufferedImage.TYPE_INT_RGB || image.getType() == BufferedImage.TYPE_INT_ARGB) {
            pixels = packed(image.getRaster());
        } else {
            pixels = image.getRGB(0, 0, width, height, null, 0, width);
        }
        if (transparent && alpha == Alpha.ON_WHITE) {
            layOnWhite(pixels);
        } else {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] &= 0xffffff;
            }
        }
        return new RgbImage(new ImageSize(height, width), pixels);
    }

    /**
     * Lays transparent pixels on white: round((c·a + 255·(255 − a)) / 255) for each channel.
     *
     * @param argb 0xAARRGGBB, becomes 0x00RRGGBB in place
     */
    public static void layOnWhite(int[] argb) {
        for (int i = 0; i < argb.length; i++) {
            argb[i] = onWhite(argb[i]);
        }
    }

    /** The image as TYPE_INT_RGB, with pixels of its own. */
    public BufferedImage toBufferedImage() {
        var image = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        System.arraycopy(pixels, 0, ((DataBufferInt) image.getRaster().getDataBuffer()).getData(), 0, pixels.length);
        return image;
    }

    // getRGB would convert pixel by pixel; the rows of these types are the values wanted.
    private static int[] packed(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        DataBufferInt buffer = (DataBufferInt) raster.getDataBuffer();
        SinglePixelPackedSampleModel model = (SinglePixelPackedSampleModel) raster.getSampleModel();
        int start = buffer.getOffset() + model.getOffset(raster.getMinX() - raster.getSampleModelTranslateX(),
                raster.getMinY() - raster.getSampleModelTranslateY());
        int[] pixels = new int[width * height];
        int[] data = buffer.getData();
        for (int y = 0; y < height; y++) {
            System.arraycopy(data, start + y * model.getScanlineStride(), pixels, y * width, width);
        }
        return pixels;
    }

    private static int[] grey(Raster raster, boolean transparent) {
        int[] samples = raster.getSamples(raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), 0, (int[]) null);
        int bits = raster.getSampleModel().getSampleSize(0);
        int[] pixels = new int[samples.length];
        for (int i = 0; i < samples.length; i++) {
            int value = bits < 8 ? samples[i] * 255 / ((1 << bits) - 1) : Math.min(255, samples[i]);
            pixels[i] = value * 0x10101;
        }
        if (transparent) {
            int[] alphas = raster.getSamples(raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(),
                    raster.getNumBands() - 1, (int[]) null);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] |= (bits > 8 ? alphas[i] >>> bits - 8 : alphas[i]) << 24;
            }
        }
        return pixels;
    }

    private static int onWhite(int argb) {
        int alpha = argb >>> 24;
        if (alpha == 255) {
            return argb & 0xffffff;
        }
        int rest = 255 * (255 - alpha) + 127;
        int red = ((argb >>> 16 & 255) * alpha + rest) / 255;
        int green = ((argb >>> 8 & 255) * alpha + rest) / 255;
        int blue = ((argb & 255) * alpha + rest) / 255;
        return red << 16 | green << 8 | blue;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage that && size.equals(that.size) && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * size.hashCode() + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return "RgbImage[" + size + "]";
    }
}
