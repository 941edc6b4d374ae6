package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Decodes BMP files with the JDK's reader. */
final class BmpDecoder {
    private BmpDecoder() {}

    static Raster decode(byte[] bytes, MediaLimits limits) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("bmp").next();
        try (var in = new ByteArrayImageInput(bytes)) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            limits.checkSize(width, height);
            BufferedImage image = reader.read(0);
            return new Raster(new ImageSize(height, width), image.getRGB(0, 0, width, height, null, 0, width), image.getColorModel().hasAlpha(),
                    Orientation.UPRIGHT);
        } finally {
            reader.dispose();
        }
    }
}
