package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The blocks of a GIF file: canvas, and where each frame lies and how it is shown. Pixels are decoded when a frame is asked for. */
final class GifFile {
    /** One frame: its rectangle, how long it is shown, and what becomes of it. */
    private record Frame(int x, int y, int width, int height, int colorsAt, int colors, boolean interlaced, int key, int dispose, int centiseconds, int dataAt) {}

    private final byte[] bytes;
    private final ImageSize canvas;
    private final List<Frame> frames = new ArrayList<>();

    private GifFile(byte[] bytes, ImageSize canvas) {
        this.bytes = bytes;
        this.canvas = canvas;
    }

    static GifFile read(byte[] bytes, MediaLimits limits) throws IOException {
        var in = new ByteCursor(bytes, 6, bytes.length, true);
        int width = in.u16();
        int height = in.u16();
        limits.checkSize(width, height);
        int flags = in.u8();
        in.skip(2);
        int globalAt = in.position();
        int globalColors = (flags & 128) != 0 ? 2 << (flags & 7) : 0;
        in.skip(3L * globalColors);
        var file = new GifFile(bytes, new ImageSize(height, width));
        int key = -1;
        int dispose = 0;
        int delay = 0;
        while (in.left() > 0) {
            int block = in.u8();
            if (block == 0x3b) {
                break;
            } else if (block == 0x21) {
                if (in.u8() == 0xf9) {
                    int at = in.position();
                    if (in.u8() >= 4) {
                        int control = in.u8();
                        dispose = control >> 2 & 7;
                        delay = in.u16();
                        int index = in.u8();
                        key = (control & 1) != 0 ? index : -1;
                    }
                    in.seek(at);
                }
                skipBlocks(in);
            } else if (block == 0x2c) {
                file.frames.add(frame(in, limits, globalAt, globalColors, key, dispose, delay));
                if (file.frames.size() > limits.maxFrames()) {
                    throw new MalformedMedia("GIF: a file may have at most " + limits.maxFrames() + " frames");
                }
                key = -1;
                dispose = 0;
                delay = 0;
                in.skip(Math.min(1, in.left()));   // the code size
                if (!skipBlocks(in)) {
                    break;
                }
            }
            // Other bytes between blocks are skipped, as readers do.
        }
        if (file.frames.isEmpty()) {
            throw new MalformedMedia("GIF: has no frame");
        }
        return file;
    }

    private static Frame frame(ByteCursor in, MediaLimits limits, int globalAt, int globalColors, int key, int dispose, int delay) throws MalformedMedia {
        int x = in.u16();
        int y = in.u16();
        int width = in.u16();
        int height = in.u16();
        limits.checkSize(width, height);
        int flags = in.u8();
        int colorsAt = globalAt;
        int colors = globalColors;
        if ((flags & 128) != 0) {
            colorsAt = in.position();
            colors = 2 << (flags & 7);
            in.skip(3L * colors);
        }
        return new Frame(x, y, width, height, colorsAt, colors, (flags & 64) != 0, key, dispose, delay, in.position());
    }

    // False where the file ends first: what was there is shown.
    private static boolean skipBlocks(ByteCursor in) throws MalformedMedia {
        if (in.left() == 0) {
            return false;
        }
        for (int length = in.u8(); length > 0; length = in.u8()) {
            if (in.left() <= length) {
                in.seek(in.end());
                return false;
            }
            in.skip(length);
        }
        return true;
    }

    int count() {
        return frames.size();
    }

    ImageSize canvas() {
        return canvas;
    }

    /** How long a frame is shown, in seconds; as browsers do, a hundredth or less counts as a tenth. */
    double seconds(int frame) {
        int delay = frames.get(frame).centiseconds();
        return (delay <= 1 ? 10 : delay) / 100.0;
    }

    /** A canvas on which the frames are laid one after the other. */
    Canvas canvasOf() {
        return new Canvas();
    }

    /** The picture that grows frame by frame. */
    final class Canvas {
        private final int[] argb = new int[Math.toIntExact(canvas.pixels())];
        private int[] before;   // what the last frame covered, where it is to be restored
        private int next;

        /** Lays the next frame on what the earlier ones left, and gives the canvas: 0xAARRGGBB, reused by the next call. */
        int[] advance() throws IOException {
            if (next > 0) {
                dispose(frames.get(next - 1));
            }
            Frame frame = frames.get(next++);
            before = frame.dispose() == 3 ? argb.clone() : null;
            draw(frame);
            return argb;
        }

        private void dispose(Frame frame) {
            if (frame.dispose() == 3) {
                System.arraycopy(before, 0, argb, 0, argb.length);
            } else if (frame.dispose() == 2) {
                int end = Math.min(frame.x() + frame.width(), canvas.width());
                for (int y = frame.y(); y < Math.min(frame.y() + frame.height(), canvas.height()) && frame.x() < end; y++) {
                    Arrays.fill(argb, y * canvas.width() + frame.x(), y * canvas.width() + end, 0);
                }
            }
        }

        private void draw(Frame frame) throws IOException {
            if (frame.colors() == 0) {
                throw new MalformedMedia("GIF: frame " + (next - 1) + " has no colors");
            }
            byte[] indices = new byte[Math.multiplyExact(frame.width(), frame.height())];
            GifLzw.decode(bytes, frame.dataAt(), indices);
            int at = 0;
            for (int row = 0; row < frame.height(); row++) {
                int y = frame.y() + (frame.interlaced() ? interlaced(row, frame.height()) : row);
                for (int column = 0; column < frame.width(); column++) {
                    int index = indices[at++] & 255;
                    int x = frame.x() + column;
                    if (index != frame.key() && x < canvas.width() && y < canvas.height()) {
                        argb[y * canvas.width() + x] = color(frame, index);
                    }
                }
            }
        }

        private int color(Frame frame, int index) {
            if (index >= frame.colors()) {
                return 0xff000000;
            }
            int at = frame.colorsAt() + 3 * index;
            return 0xff000000 | (bytes[at] & 255) << 16 | (bytes[at + 1] & 255) << 8 | bytes[at + 2] & 255;
        }

        private static int interlaced(int row, int height) {
            int first = (height + 7) / 8;
            int second = first + (height + 3) / 8;
            int third = second + (height + 1) / 4;
            if (row < first) {
                return 8 * row;
            } else if (row < second) {
                return 8 * (row - first) + 4;
            }
            return row < third ? 4 * (row - second) + 2 : 2 * (row - third) + 1;
        }
    }
}
