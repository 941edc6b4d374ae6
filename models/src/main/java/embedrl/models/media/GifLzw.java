package embedrl.models.media;

/** Decodes the LZW codes of a GIF frame. */
final class GifLzw {
    private static final int CODES = 4096;

    private GifLzw() {}

    /**
     * Decodes until the target is full.
     *
     * @param at where the code size stands, with the data blocks behind it
     */
    static void decode(byte[] bytes, int at, byte[] target) throws MalformedMedia {
        var in = new ByteCursor(bytes, at, bytes.length, true);
        int firstBits = in.u8();
        if (firstBits < 1 || firstBits > 11) {
            throw new MalformedMedia("GIF: the smallest codes have 1 to 11 bits, got " + firstBits);
        }
        int clear = 1 << firstBits;
        int[] prefix = new int[CODES];
        byte[] last = new byte[CODES];
        byte[] first = new byte[CODES];
        int[] length = new int[CODES];
        for (int i = 0; i < clear; i++) {
            last[i] = (byte) i;
            first[i] = (byte) i;
            length[i] = 1;
        }
        int next = clear + 2;
        int bits = firstBits + 1;
        int previous = -1;
        int filled = 0;
        int block = 0;
        int held = 0;
        int heldBits = 0;
        while (filled < target.length) {
            while (heldBits < bits) {
                if (block == 0) {
                    block = in.left() == 0 ? 0 : in.u8();
                    if (block == 0) {
                        throw new MalformedMedia("GIF: the pixels are truncated");
                    }
                }
                held |= in.u8() << heldBits;
                heldBits += 8;
                block--;
            }
            int code = held & (1 << bits) - 1;
            held >>>= bits;
            heldBits -= bits;
            if (code == clear) {
                next = clear + 2;
                bits = firstBits + 1;
                previous = -1;
                continue;
            }
            if (code == clear + 1) {
                throw new MalformedMedia("GIF: the pixels end too early");
            }
            if (code > next || code == next && previous < 0 || previous < 0 && code >= clear || code == CODES) {
                throw new MalformedMedia("GIF: code " + code + " is not defined");
            }
            if (previous >= 0 && next < CODES) {
                prefix[next] = previous;
                last[next] = code == next ? first[previous] : first[code];
                first[next] = first[previous];
                length[next] = length[previous] + 1;
                next++;
                if (next == 1 << bits && bits < 12) {
                    bits++;
                }
            } else if (code >= next) {
                throw new MalformedMedia("GIF: code " + code + " is not defined");
            }
            int end = filled + length[code];
            for (int from = code, to = end - 1; to >= filled; to--) {
                if (to < target.length) {
                    target[to] = last[from];
                }
                from = prefix[from];
            }
            filled = end;
            previous = code;
        }
    }
}
