package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.util.Arrays;
import java.util.List;

/** The picture of a WebP file that grows frame by frame, with the integers of libwebp. */
final class WebpCanvas {
    private final ImageSize size;
    private final List<WebpFrame> frames;
    private int[] argb;
    private int next;
    private boolean fresh;   // whether the last frame was laid on an empty canvas

    WebpCanvas(ImageSize size, List<WebpFrame> frames) {
        this.size = size;
        this.frames = frames;
    }

    /** Lays the next frame on what the earlier ones left, and gives the canvas: 0xAARRGGBB, reused by the next call. */
    int[] advance() throws MalformedMedia {
        WebpFrame frame = frames.get(next);
        WebpFrame cleared = next > 0 && frames.get(next - 1).dispose() ? frames.get(next - 1) : null;
        fresh = next == 0 || frame.covers(size) && !(frame.blend() && frame.transparent()) || cleared != null && (fresh || cleared.covers(size));
        next++;
        int[] pixels = frame.argb();
        if (fresh && frame.covers(size)) {
            argb = pixels;
        } else {
            prepare(cleared);
            lay(frame, pixels, cleared);
        }
        return argb;
    }

    private void prepare(WebpFrame cleared) {
        if (argb == null) {
            argb = new int[Math.toIntExact(size.pixels())];
        } else if (fresh) {
            Arrays.fill(argb, 0);
        } else if (cleared != null) {
            for (int row = 0; row < cleared.size().height(); row++) {
                int at = (cleared.y() + row) * size.width() + cleared.x();
                Arrays.fill(argb, at, at + cleared.size().width(), 0);
            }
        }
    }

    private void lay(WebpFrame frame, int[] pixels, WebpFrame cleared) {
        int width = frame.size().width();
        for (int row = 0; row < frame.size().height(); row++) {
            int y = frame.y() + row;
            for (int column = 0; column < width; column++) {
                int x = frame.x() + column;
                int at = y * size.width() + x;
                int pixel = pixels[row * width + column];
                // What was cleared has nothing to blend with: doing so would cost rounding.
                boolean blend = !fresh && frame.blend() && (cleared == null || !cleared.contains(x, y));
                argb[at] = blend ? over(pixel, argb[at]) : pixel;
            }
        }
    }

    // Straight alpha, source over destination.
    private static int over(int source, int below) {
        int alpha = source >>> 24;
        if (alpha == 255) {
            return source;
        } else if (alpha == 0) {
            return below;
        }
        int rest = (below >>> 24) * (256 - alpha) >> 8;
        int sum = alpha + rest;
        int reciprocal = (1 << 24) / sum;
        return sum << 24 | mix(source >> 16 & 255, below >> 16 & 255, alpha, rest, reciprocal) << 16
                | mix(source >> 8 & 255, below >> 8 & 255, alpha, rest, reciprocal) << 8 | mix(source & 255, below & 255, alpha, rest, reciprocal);
    }

    private static int mix(int source, int below, int alpha, int rest, int reciprocal) {
        return (source * alpha + below * rest) * reciprocal >>> 24;   // 32 unsigned bits
    }
}
