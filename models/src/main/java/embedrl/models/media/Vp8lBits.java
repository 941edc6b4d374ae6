package embedrl.models.media;

/** Reads numbers from the bits of a lossless WebP picture, the lowest first. Behind the end zeros are read; {@link #exhausted} tells that. */
final class Vp8lBits {
    private final byte[] bytes;
    private final int end;
    private int at;
    private long held;
    private int count;
    private boolean exhausted;

    Vp8lBits(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** The next bits, up to 16, which stay. */
    int peek(int bits) {
        if (count < bits) {
            fill();
        }
        return (int) held & (1 << bits) - 1;
    }

    /** Passes over bits that were looked at. */
    void skip(int bits) {
        held >>>= bits;
        count -= bits;
        if (count < 0) {
            exhausted = true;
            count = 0;
        }
    }

    /** A number of up to 24 bits. */
    int number(int bits) {
        if (bits > 16) {
            return number(16) | number(bits - 16) << 16;
        }
        int value = peek(bits);
        skip(bits);
        return value;
    }

    boolean flag() {
        return number(1) != 0;
    }

    /** Tells whether more was read than there is. */
    boolean exhausted() {
        return exhausted;
    }

    /** Refuses what was read behind the end. */
    void check() throws MalformedMedia {
        if (exhausted) {
            throw new MalformedMedia("WebP: the lossless picture is truncated");
        }
    }

    private void fill() {
        while (count <= 48 && at < end) {
            held |= (bytes[at++] & 255L) << count;
            count += 8;
        }
    }
}
