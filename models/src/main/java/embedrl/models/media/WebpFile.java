package embedrl.models.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import embedrl.models.image.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageReader;

/** The chunks of a WebP file: canvas, and where each frame lies and how it is shown. Each frame is decoded alone, as a still picture, when it is asked for. */
final class WebpFile {
    /** One frame: its rectangle, its chunks, and how it is laid on the canvas. */
    private record Frame(int x, int y, int width, int height, int milliseconds, boolean blend, boolean dispose, byte[] still) {}

    private final ImageSize canvas;
    private final boolean transparent;
    private final int orientation;
    private final List<Frame> frames;

    private WebpFile(ImageSize canvas, boolean transparent, int orientation, List<Frame> frames) {
        this.canvas = canvas;
        this.transparent = transparent;
        this.orientation = orientation;
        this.frames = frames;
    }

    static WebpFile read(byte[] bytes, MediaLimits limits) throws IOException {
        var in = new ByteCursor(bytes, 4, bytes.length, true);
        in.seek(Math.min(bytes.length, 8 + in.u32()));
        var riff = new ByteCursor(bytes, 12, Math.max(12, in.position()), true);
        ImageSize canvas = null;
        boolean alpha = false;
        int orientation = Orientation.UPRIGHT;
        int alphaAt = -1;
        var frames = new ArrayList<Frame>();
        while (riff.left() >= 8) {
            int chunkAt = riff.position();
            String name = riff.name();
            long length = riff.u32();
            int at = riff.position();
            riff.skip(length);
            int end = riff.position();
            riff.skip(Math.min(length & 1, riff.left()));
            switch (name) {
                case "VP8X" -> {
                    var header = new ByteCursor(bytes, at, end, true);
                    alpha = (header.u8() & 16) != 0;
                    header.skip(3);
                    int width = header.u24() + 1;
                    int height = header.u24() + 1;
                    limits.checkSize(width, height);
                    canvas = new ImageSize(height, width);
                }
                case "ALPH" -> alphaAt = alphaAt < 0 ? chunkAt : alphaAt;
                case "VP8 ", "VP8L" -> {
                    if (frames.isEmpty()) {
                        ImageSize size = WebpStream.size(name, new ByteCursor(bytes, at, end, true));
                        limits.checkSize(size.width(), size.height());
                        alpha |= name.equals("VP8L") && WebpStream.hasAlpha(bytes, at);
                        canvas = canvas == null ? size : canvas;
                        int from = alphaAt >= 0 && name.equals("VP8 ") ? alphaAt : chunkAt;
                        frames.add(new Frame(0, 0, size.width(), size.height(), 0, false, false, still(bytes, from, end, size, from != chunkAt)));
                    }
                }
                case "ANMF" -> {
                    frames.add(frame(bytes, at, end, limits));
                    if (frames.size() > limits.maxFrames()) {
                        throw new MalformedMedia("WebP: a file may have at most " + limits.maxFrames() + " frames");
                    }
                }
                case "EXIF" -> {
                    boolean prefixed = end - at > 6 && bytes[at] == 'E' && bytes[at + 1] == 'x';
                    orientation = Orientation.of(bytes, prefixed ? at + 6 : at, end);
                }
                default -> { }
            }
        }
        if (frames.isEmpty() || canvas == null) {
            throw new MalformedMedia("WebP: has no picture");
        }
        return new WebpFile(canvas, alpha, orientation, List.copyOf(frames));
    }

    private static Frame frame(byte[] bytes, int start, int end, MediaLimits limits) throws IOException {
        var in = new ByteCursor(bytes, start, end, true);
        int x = 2 * in.u24();
        int y = 2 * in.u24();
        int width = in.u24() + 1;
        int height = in.u24() + 1;
        limits.checkSize(width, height);
        int milliseconds = in.u24();
        int flags = in.u8();
        int from = in.position();
        boolean alpha = false;
        while (in.left() >= 8) {
            String name = in.name();
            long length = in.u32();
            int at = in.position();
            in.skip(length);
            int chunkEnd = in.position();
            in.skip(Math.min(length & 1, in.left()));
            alpha |= name.equals("ALPH");
            if (name.equals("VP8 ") || name.equals("VP8L")) {
                ImageSize size = WebpStream.size(name, new ByteCursor(bytes, at, chunkEnd, true));
                if (size.width() != width || size.height() != height) {
                    throw new MalformedMedia("WebP: a frame of " + height + " × " + width + " holds a picture of " + size);
                }
                byte[] still = still(bytes, from, chunkEnd, size, alpha && name.equals("VP8 "));
                return new Frame(x, y, width, height, milliseconds, (flags & 2) == 0, (flags & 1) != 0, still);
            }
        }
        throw new MalformedMedia("WebP: a frame has no picture");
    }

    // A file of its own around the chunks of one picture.
    private static byte[] still(byte[] bytes, int from, int to, ImageSize size, boolean alpha) {
        var out = new ByteArrayOutputStream(to - from + 32);
        int extended = alpha ? 18 : 0;
        int padding = to - from & 1;
        out.writeBytes(chunkHeader("RIFF", 4 + extended + to - from + padding));
        out.writeBytes("WEBP".getBytes(StandardCharsets.ISO_8859_1));
        if (alpha) {
            out.writeBytes(chunkHeader("VP8X", 10));
            int w = size.width() - 1;
            int h = size.height() - 1;
            out.writeBytes(new byte[] {16, 0, 0, 0, (byte) w, (byte) (w >> 8), (byte) (w >> 16), (byte) h, (byte) (h >> 8), (byte) (h >> 16)});
        }
        out.write(bytes, from, to - from);
        out.write(new byte[padding], 0, padding);
        return out.toByteArray();
    }

    private static byte[] chunkHeader(String name, int length) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).put(name.getBytes(StandardCharsets.ISO_8859_1)).putInt(length).array();
    }

    int count() {
        return frames.size();
    }

    ImageSize canvas() {
        return canvas;
    }

    boolean transparent() {
        return transparent;
    }

    int orientation() {
        return orientation;
    }

    /** How long a frame is shown, in seconds; as browsers do, ten milliseconds or less count as a tenth. */
    double seconds(int frame) {
        int delay = frames.get(frame).milliseconds();
        return (delay <= 10 ? 100 : delay) / 1000.0;
    }

    /** A canvas on which the frames are laid one after the other. */
    Canvas canvasOf() {
        return new Canvas();
    }

    /** The picture that grows frame by frame. */
    final class Canvas {
        private final int[] argb = new int[Math.toIntExact(canvas.pixels())];
        private int next;

        /** Lays the next frame on what the earlier ones left, and gives the canvas: 0xAARRGGBB, reused by the next call. */
        int[] advance() throws IOException {
            if (next > 0 && frames.get(next - 1).dispose()) {
                Frame last = frames.get(next - 1);
                int end = Math.min(last.x() + last.width(), canvas.width());
                for (int y = last.y(); y < Math.min(last.y() + last.height(), canvas.height()) && last.x() < end; y++) {
                    Arrays.fill(argb, y * canvas.width() + last.x(), y * canvas.width() + end, 0);
                }
            }
            Frame frame = frames.get(next++);
            int[] pixels = decode(frame);
            for (int row = 0; row < Math.min(frame.height(), canvas.height() - frame.y()); row++) {
                for (int column = 0; column < Math.min(frame.width(), canvas.width() - frame.x()); column++) {
                    int at = (frame.y() + row) * canvas.width() + frame.x() + column;
                    int pixel = pixels[row * frame.width() + column];
                    argb[at] = frame.blend() ? over(pixel, argb[at]) : pixel;
                }
            }
            return argb;
        }

        private static int[] decode(Frame frame) throws IOException {
            ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
            try (var in = new ByteArrayImageInput(frame.still())) {
                reader.setInput(in, true, true);
                BufferedImage image = reader.read(0);
                if (image.getWidth() != frame.width() || image.getHeight() != frame.height()) {
                    throw new MalformedMedia("WebP: a frame of " + frame.height() + " × " + frame.width() + " holds a picture of "
                            + image.getHeight() + " × " + image.getWidth());
                }
                return image.getRGB(0, 0, frame.width(), frame.height(), null, 0, frame.width());
            } finally {
                reader.dispose();
            }
        }

        // Straight alpha, source over destination.
        private static int over(int source, int below) {
            int alpha = source >>> 24;
            int alphaBelow = below >>> 24;
            if (alpha == 255 || alphaBelow == 0) {
                return source;
            } else if (alpha == 0) {
                return below;
            }
            int rest = alphaBelow * (255 - alpha) / 255;
            int sum = alpha + rest;
            return sum << 24 | mix(source >> 16 & 255, below >> 16 & 255, alpha, rest) << 16
                    | mix(source >> 8 & 255, below >> 8 & 255, alpha, rest) << 8 | mix(source & 255, below & 255, alpha, rest);
        }

        private static int mix(int source, int below, int alpha, int rest) {
            return (source * alpha + below * rest + (alpha + rest) / 2) / (alpha + rest);
        }
    }
}
