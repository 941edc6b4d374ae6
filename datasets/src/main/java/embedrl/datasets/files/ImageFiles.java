package embedrl.datasets.files;

import embedrl.datasets.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads image files (PNG, JPEG, GIF, BMP, WebP), checking the size before the pixels are decoded. */
public final class ImageFiles {
    /** The greatest number of pixels that is decoded: 64 million. */
    public static final long MAX_PIXELS = 64L << 20;
    private static final List<String> EXTENSIONS = List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp");

    private ImageFiles() {}

    /** Tells whether the file's extension is that of an image. */
    public static boolean named(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(name::endsWith);
    }

    /** Reads an image as TYPE_INT_RGB. */
    public static BufferedImage readRgb(Path file) {
        return Pixels.rgb(read(file));
    }

    /**
     * Reads an image with the colors and the transparency that the file has.
     *
     * @throws DataFileException if the file is missing, damaged, of another format, or too large
     */
    public static BufferedImage read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(file, 0, "there is no such image file");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataFileException(file, 0, "not an image of a known format (PNG, JPEG, GIF, BMP, WebP)");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                long width = reader.getWidth(0);
                long height = reader.getHeight(0);
                if (width * height > MAX_PIXELS) {
                    throw new DataFileException(file, 0, "an image may have at most " + MAX_PIXELS + " pixels, this one has " + width + " × " + height);
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (DataFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders throw unchecked exceptions of many kinds on damaged files.
            throw new DataFileException(file, 0, "the image cannot be decoded: " + e.getMessage(), e);
        }
    }
}
