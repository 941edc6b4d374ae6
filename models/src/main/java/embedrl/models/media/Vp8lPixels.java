package embedrl.models.media;

/** Decodes the pixels of a lossless WebP picture or of a small picture inside it: literals, copies and recent colors, by codes that change from tile to tile. */
final class Vp8lPixels {
    private static final int CODES = 5;   // green or length or recent color, red, blue, alpha, distance
    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int MOST_CACHE_BITS = 11;

    // Distances to pixels nearby: rows up · 16 + 8 − columns to the left.
    private static final int[] NEARBY = {
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04,
        0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d,
        0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e,
        0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e,
        0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70};

    private final Vp8lBits in;
    private final int width;
    private final int height;
    private final int cacheBits;
    private int tileBits;
    private int[] tiles = {0};   // the group of codes of each tile
    private Vp8lCode[][] groups;

    private Vp8lPixels(Vp8lBits in, int width, int height, int cacheBits) {
        this.in = in;
        this.width = width;
        this.height = height;
        this.cacheBits = cacheBits;
    }

    /** Decodes a picture; only the whole may have tiles with codes of their own. */
    static int[] decode(Vp8lBits in, int width, int height, boolean whole) throws MalformedMedia {
        int cacheBits = in.flag() ? in.number(4) : -1;
        if (cacheBits == 0 || cacheBits > MOST_CACHE_BITS) {
            throw new MalformedMedia("WebP: recent colors must have 1 to " + MOST_CACHE_BITS + " bits, got " + cacheBits);
        }
        var pixels = new Vp8lPixels(in, width, height, Math.max(0, cacheBits));
        pixels.readCodes(whole && in.flag());
        return pixels.decode();
    }

    /** How many tiles of a size of 2^bits a length has. */
    static int tiles(int length, int bits) {
        return length + (1 << bits) - 1 >> bits;
    }

    private void readCodes(boolean tiled) throws MalformedMedia {
        int count = 1;
        tileBits = 31;
        if (tiled) {
            tileBits = 2 + in.number(3);
            tiles = decode(in, tiles(width, tileBits), tiles(height, tileBits), false);
            for (int i = 0; i < tiles.length; i++) {
                tiles[i] = tiles[i] >> 8 & 0xffff;
                count = Math.max(count, tiles[i] + 1);
            }
        }
        // Codes that no tile has are read, and not kept.
        boolean[] used = new boolean[count];
        for (int tile : tiles) {
            used[tile] = true;
        }
        groups = new Vp8lCode[count][];
        int cache = cacheBits == 0 ? 0 : 1 << cacheBits;
        int[] alphabets = {LITERALS + LENGTHS + cache, LITERALS, LITERALS, LITERALS, DISTANCES};
        for (int group = 0; group < count; group++) {
            var codes = new Vp8lCode[CODES];
            for (int i = 0; i < CODES; i++) {
                codes[i] = Vp8lCode.read(in, alphabets[i]);
            }
            groups[group] = used[group] ? codes : null;
        }
    }

    private int[] decode() throws MalformedMedia {
        int[] pixels = new int[width * height];
        int[] recent = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
        int perRow = tileBits == 31 ? 1 : tiles(width, tileBits);
        int column = 0;
        int row = 0;
        for (int at = 0; at < pixels.length; ) {
            Vp8lCode[] codes = groups[tiles[(row >> tileBits) * perRow + (column >> tileBits)]];
            int symbol = codes[0].next(in);
            int count = 1;
            if (symbol < LITERALS) {
                int red = codes[1].next(in);
                int blue = codes[2].next(in);
                pixels[at] = codes[3].next(in) << 24 | red << 16 | symbol << 8 | blue;
            } else if (symbol < LITERALS + LENGTHS) {
                count = extended(symbol - LITERALS);
                int distance = distance(extended(codes[4].next(in)));
                if (distance > at || count > pixels.length - at) {
                    throw new MalformedMedia("WebP: " + count + " pixels are copied to " + at + " of " + pixels.length + " from " + distance + " before");
                }
                for (int i = at; i < at + count; i++) {
                    pixels[i] = pixels[i - distance];
                }
            } else {
                pixels[at] = recent[symbol - LITERALS - LENGTHS];
            }
            in.check();
            if (cacheBits > 0) {
                for (int i = at; i < at + count; i++) {
                    recent[pixels[i] * 0x1e35a7bd >>> 32 - cacheBits] = pixels[i];
                }
            }
            at += count;
            column += count;
            if (column >= width) {
                row += column / width;
                column %= width;
            }
        }
        return pixels;
    }

    // Lengths and distances: small ones are symbols, larger ones have further bits.
    private int extended(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int bits = symbol - 2 >> 1;
        return (2 + (symbol & 1) << bits) + in.number(bits) + 1;
    }

    private int distance(int code) {
        if (code > NEARBY.length) {
            return code - NEARBY.length;
        }
        int near = NEARBY[code - 1];
        return Math.max(1, (near >> 4) * width + 8 - (near & 15));
    }
}
