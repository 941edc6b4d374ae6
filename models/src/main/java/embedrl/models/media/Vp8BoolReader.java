package embedrl.models.media;

/**
 * Reads the bits of one arithmetic-coded partition of a VP8 frame, each with the probability of being 0 in 256ths (RFC 6386, section 7).
 *
 * <p>Behind the end zeros are read; {@link #exhausted} tells that, so that a caller can stop at the next block.
 */
final class Vp8BoolReader {
    private final byte[] bytes;
    private final int end;
    private int at;
    private long window;          // the bits that are loaded and not consumed: spare + 8 of them
    private int spare = -8;
    private int range = 255;
    private boolean exhausted;

    Vp8BoolReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** A bit that is 0 with the probability. */
    int bit(int probability) {
        if (spare < 0) {
            load();
        }
        int split = 1 + ((range - 1) * probability >> 8);
        long bound = (long) split << spare;
        int bit;
        if (window >= bound) {
            window -= bound;
            range -= split;
            bit = 1;
        } else {
            range = split;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        spare -= shift;
        return bit;
    }

    boolean flag() {
        return bit(128) != 0;
    }

    /** An unsigned number, the highest bit first. */
    int number(int bits) {
        int value = 0;
        for (int i = 0; i < bits; i++) {
            value = value << 1 | bit(128);
        }
        return value;
    }

    /** A magnitude and a sign. */
    int signed(int bits) {
        int magnitude = number(bits);
        return flag() ? -magnitude : magnitude;
    }

    /** A signed number behind a flag; 0 where the flag says that there is none. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }

    /** Tells whether more was read than there is. */
    boolean exhausted() {
        return exhausted;
    }

    private void load() {
        int count = Math.min(6, end - at);
        if (count <= 0) {
            exhausted = true;
            window <<= 8;
            spare += 8;
            return;
        }
        for (int i = 0; i < count; i++) {
            window = window << 8 | bytes[at++] & 255;
        }
        spare += 8 * count;
    }
}
