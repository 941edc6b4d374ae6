package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.util.ArrayList;
import java.util.List;

/** The chunks of a WebP file: canvas, and where each frame lies and how it is shown. */
final class WebpFile {
    private final ImageSize canvas;
    private final boolean transparent;
    private final int orientation;
    private final List<WebpFrame> frames;

    private WebpFile(ImageSize canvas, boolean transparent, int orientation, List<WebpFrame> frames) {
        this.canvas = canvas;
        this.transparent = transparent;
        this.orientation = orientation;
        this.frames = frames;
    }

    static WebpFile read(byte[] bytes, MediaLimits limits) throws MalformedMedia {
        var in = new ByteCursor(bytes, 4, bytes.length, true);
        in.seek(Math.min(bytes.length, 8 + in.u32()));
        var riff = new ByteCursor(bytes, 12, Math.max(12, in.position()), true);
        ImageSize canvas = null;
        boolean transparent = false;
        int orientation = Orientation.UPRIGHT;
        WebpChunk alpha = null;
        var frames = new ArrayList<WebpFrame>();
        while (WebpChunk.follows(riff)) {
            WebpChunk chunk = WebpChunk.next(riff);
            switch (chunk.name()) {
                case "VP8X" -> {
                    ByteCursor header = chunk.cursor(bytes);
                    transparent = (header.u8() & 16) != 0;
                    header.skip(3);
                    int width = header.u24() + 1;
                    int height = header.u24() + 1;
                    limits.checkSize(width, height);
                    canvas = new ImageSize(height, width);
                }
                // Without the flag in the header it does not count.
                case "ALPH" -> alpha = transparent && alpha == null ? chunk : alpha;
                case "VP8 ", "VP8L" -> {
                    if (frames.isEmpty()) {
                        WebpFrame still = WebpFrame.still(bytes, chunk, alpha, limits);
                        transparent |= canvas == null && still.transparent();
                        canvas = canvas == null ? still.size() : canvas;
                        frames.add(checked(still, canvas));
                    }
                }
                case "ANMF" -> {
                    frames.add(checked(WebpFrame.read(bytes, chunk, limits), canvas));
                    if (frames.size() > limits.maxFrames()) {
                        throw new MalformedMedia("WebP: a file may have at most " + limits.maxFrames() + " frames");
                    }
                }
                case "EXIF" -> {
                    int at = chunk.start();
                    boolean prefixed = chunk.end() - at > 6 && bytes[at] == 'E' && bytes[at + 1] == 'x';
                    orientation = Orientation.of(bytes, prefixed ? at + 6 : at, chunk.end());
                }
                default -> { }
            }
        }
        if (frames.isEmpty()) {
            throw new MalformedMedia("WebP: has no picture");
        }
        return new WebpFile(canvas, transparent, orientation, List.copyOf(frames));
    }

    private static WebpFrame checked(WebpFrame frame, ImageSize canvas) throws MalformedMedia {
        if (canvas == null) {
            throw new MalformedMedia("WebP: a frame comes before the canvas");
        }
        if (frame.x() + frame.size().width() > canvas.width() || frame.y() + frame.size().height() > canvas.height()) {
            throw new MalformedMedia("WebP: a frame of " + frame.size() + " at " + frame.y() + ", " + frame.x() + " leaves the canvas of " + canvas);
        }
        return frame;
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
    WebpCanvas canvasOf() {
        return new WebpCanvas(canvas, frames);
    }
}
