package embedrl.models.media;

import java.util.Arrays;

/** The samples of one component of a VP8 frame, whole blocks, with the border from which the blocks at the edges are predicted: 127 above, 129 to the left. */
final class Vp8Plane {
    private static final int RIGHT = 4;   // blocks at the right edge look beyond it

    private final int width;
    private final int stride;
    private final byte[] samples;

    Vp8Plane(int width, int height) {
        this.width = width;
        this.stride = 1 + width + RIGHT;
        this.samples = new byte[stride * (height + 1)];
        Arrays.fill(samples, 0, stride, (byte) 127);
        for (int y = 0; y < height; y++) {
            samples[at(-1, y)] = (byte) 129;
        }
    }

    int width() {
        return width;
    }

    /** From one row to the next. */
    int stride() {
        return stride;
    }

    /** The place of a sample; -1 is the border. */
    int at(int x, int y) {
        return (y + 1) * stride + 1 + x;
    }

    int get(int at) {
        return samples[at] & 255;
    }

    void set(int at, int value) {
        samples[at] = (byte) value;
    }

    /** Changes a sample within 0 … 255. */
    void add(int at, int step) {
        samples[at] = (byte) clamp((samples[at] & 255) + step);
    }

    /** Writes a row of equal samples. */
    void fill(int at, int count, int value) {
        Arrays.fill(samples, at, at + count, (byte) value);
    }

    /** Copies samples. */
    void copy(int from, int to, int count) {
        System.arraycopy(samples, from, samples, to, count);
    }

    static int clamp(int value) {
        return (value & ~255) == 0 ? value : value < 0 ? 0 : 255;
    }
}
