package embedrl.models.media;

import embedrl.models.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the picture of a JPEG, PNG, WebP, GIF or BMP file, the first frame of an animation, with the pixels of the reference processor.
 *
 * <p>The first bytes tell the format, and the size is checked before anything is decoded.
 */
public final class ImageFile {
    private ImageFile() {}

    /** Reads a file as a viewer shows it, within the default limits. */
    public static RgbImage read(Path file) {
        return read(file, ImageOpening.SHOWN, MediaLimits.DEFAULT);
    }

    /**
     * Reads a file.
     *
     * @throws MediaException if the file is missing, damaged, of another format, or too large
     */
    public static RgbImage read(Path file, ImageOpening opening, MediaLimits limits) {
        return read(file.toString(), Decoding.bytes(file, limits), opening, limits);
    }

    /**
     * Reads a file that is in memory.
     *
     * @param source what messages call it
     * @throws MediaException if the bytes are damaged, of another format, or ask for too much
     */
    public static RgbImage read(String source, byte[] bytes, ImageOpening opening, MediaLimits limits) {
        return Decoding.run(source, () -> decode(bytes, opening, limits).opened(opening));
    }

    private static Raster decode(byte[] bytes, ImageOpening opening, MediaLimits limits) throws IOException {
        MediaFormat format = MediaFormat.of(bytes).orElseThrow(() -> new MalformedMedia("not a picture of a known format (JPEG, PNG, WebP, GIF, BMP)"));
        return switch (format) {
            case JPEG -> JpegDecoder.decode(bytes, limits);
            case PNG -> PngDecoder.decode(bytes, opening, limits);
            case BMP -> BmpDecoder.decode(bytes, limits);
            case GIF -> {
                GifFile gif = GifFile.read(bytes, limits);
                yield new Raster(gif.canvas(), gif.canvasOf().advance(), true, Orientation.UPRIGHT);
            }
            case WEBP -> {
                WebpFile webp = WebpFile.read(bytes, limits);
                yield new Raster(webp.canvas(), webp.canvasOf().advance(), webp.transparent(), webp.orientation());
            }
            case MP4, PDF -> throw new MalformedMedia("a file of format " + format + " is no picture; read it as " + (format == MediaFormat.MP4 ? "video" : "pages"));
        };
    }
}
