package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Decodes JPEG files: the JDK's decoder gives the stored components, and the colors are computed here as libjpeg and Pillow do, in fixed point and whatever
 * color profile the file has.
 */
final class JpegDecoder {
    private static final int[] CR_TO_RED = new int[256];
    private static final int[] CB_TO_BLUE = new int[256];
    private static final int[] CR_TO_GREEN = new int[256];
    private static final int[] CB_TO_GREEN = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int x = i - 128;
            CR_TO_RED[i] = 91881 * x + 32768 >> 16;       // 1.40200
            CB_TO_BLUE[i] = 116130 * x + 32768 >> 16;     // 1.77200
            CR_TO_GREEN[i] = -46802 * x;                  // 0.71414
            CB_TO_GREEN[i] = -22554 * x + 32768;          // 0.34414
        }
    }

    private JpegDecoder() {}

    static embedrl.models.media.Raster decode(byte[] bytes, MediaLimits limits) throws IOException {
        JpegHeader header = JpegHeader.read(bytes);
        limits.checkSize(header.width(), header.height());
        Raster stored = stored(bytes);
        if (stored.getWidth() != header.width() || stored.getHeight() != header.height()
                || stored.getNumBands() != header.space().components()) {
            throw new MalformedMedia("JPEG: the decoder found " + stored.getWidth() + " × " + stored.getHeight() + " × "
                    + stored.getNumBands() + ", the header says " + header);
        }
        byte[] samples = ((DataBufferByte) stored.getDataBuffer()).getData();
        var argb = new int[header.width() * header.height()];
        switch (header.space()) {
            case GREY -> {
                for (int i = 0; i < argb.length; i++) {
                    argb[i] = (samples[i] & 255) * 0x10101;
                }
            }
            case RGB -> {
                for (int i = 0; i < argb.length; i++) {
                    argb[i] = (samples[3 * i] & 255) << 16 | (samples[3 * i + 1] & 255) << 8 | samples[3 * i + 2] & 255;
                }
            }
            case YCC -> {
                for (int i = 0; i < argb.length; i++) {
                    argb[i] = rgb(samples[3 * i] & 255, samples[3 * i + 1] & 255, samples[3 * i + 2] & 255);
                }
            }
            case CMYK, YCCK -> inks(samples, header, argb);
        }
        return new embedrl.models.media.Raster(new ImageSize(header.height(), header.width()), argb, false, header.orientation());
    }

    private static Raster stored(byte[] bytes) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.canReadRaster()) {
                try (var in = new ByteArrayImageInput(bytes)) {
                    reader.setInput(in, true, true);
                    return reader.readRaster(0, null);
                } finally {
                    reader.dispose();
                }
            }
        }
        throw new MalformedMedia("JPEG: this Java runtime has no reader for it");
    }

    private static int rgb(int y, int cb, int cr) {
        return clip(y + CR_TO_RED[cr]) << 16 | clip(y + (CB_TO_GREEN[cb] + CR_TO_GREEN[cr] >> 16)) << 8 | clip(y + CB_TO_BLUE[cb]);
    }

    private static int clip(int value) {
        return value < 0 ? 0 : Math.min(value, 255);
    }

    // Inks as Pillow shows them: (255 − k) minus that share of c, m and y.
    private static void inks(byte[] samples, JpegHeader header, int[] argb) {
        int flip = header.inverted() ? 255 : 0;
        for (int i = 0; i < argb.length; i++) {
            int first = samples[4 * i] & 255;
            int second = samples[4 * i + 1] & 255;
            int third = samples[4 * i + 2] & 255;
            if (header.space() == JpegHeader.Space.YCCK) {
                int cmy = rgb(first, second, third);
                first = 255 - (cmy >> 16);
                second = 255 - (cmy >> 8 & 255);
                third = 255 - (cmy & 255);
            }
            int white = 255 - (samples[4 * i + 3] & 255 ^ flip);
            argb[i] = ink(first ^ flip, white) << 16 | ink(second ^ flip, white) << 8 | ink(third ^ flip, white);
        }
    }

    private static int ink(int amount, int white) {
        int product = amount * white + 128;
        return white - (product + (product >> 8) >> 8);
    }
}
