package embedrl.models.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import embedrl.models.image.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;

/** Decodes lossless pictures of WebP files by a library, which damaged ones can keep busy: callers limit the time. */
final class WebpLossless {
    private static final int SIGNATURE = 0x2f;
    private static final int HEADER = 5;
    private static final int FILE_HEADER = 20;

    private WebpLossless() {}

    /** The size that a chunk states. */
    static ImageSize size(ByteCursor in) throws MalformedMedia {
        if (in.u8() != SIGNATURE) {
            throw new MalformedMedia("WebP: the lossless picture has no signature");
        }
        long bits = in.u32();
        return new ImageSize((int) (bits >> 14 & 0x3fff) + 1, (int) (bits & 0x3fff) + 1);
    }

    /** Whether a chunk of known size states that it has alpha. */
    static boolean transparent(byte[] bytes, WebpChunk chunk) {
        return (bytes[chunk.start() + HEADER - 1] & 16) != 0;
    }

    /** The pixels of a chunk, 0xAARRGGBB. */
    static int[] argb(byte[] bytes, WebpChunk chunk, ImageSize size) throws IOException {
        return decode(ByteBuffer.wrap(bytes, chunk.start(), chunk.end() - chunk.start()), size);
    }

    /** The pixels of a stream whose header was left out. */
    static int[] headless(byte[] bytes, int start, int end, ImageSize size) throws IOException {
        ByteBuffer picture = ByteBuffer.allocate(HEADER + end - start).order(ByteOrder.LITTLE_ENDIAN);
        picture.put((byte) SIGNATURE).putInt(size.height() - 1 << 14 | size.width() - 1).put(bytes, start, end - start);
        return decode(picture.flip(), size);
    }

    // The library reads files: one of this picture alone.
    private static int[] decode(ByteBuffer picture, ImageSize size) throws IOException {
        int length = picture.remaining();
        int padded = length + (length & 1);
        ByteBuffer file = ByteBuffer.allocate(FILE_HEADER + padded).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(FILE_HEADER - 8 + padded).put(ascii("WEBPVP8L")).putInt(length).put(picture);
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        try (var in = new ByteArrayImageInput(file.array())) {
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != size.width() || image.getHeight() != size.height()) {
                throw new MalformedMedia("WebP: a picture of " + size + " was decoded as one of " + image.getHeight() + " × " + image.getWidth());
            }
            return image.getRGB(0, 0, size.width(), size.height(), null, 0, size.width());
        } finally {
            reader.dispose();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
