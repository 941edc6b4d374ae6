package embedrl.models.media;

import java.util.Arrays;

/** Turns unfiltered rows of a PNG file into 0xAARRGGBB. */
final class PngColors {
    private final PngHeader header;
    private final boolean opened;     // the quirks of Pillow: see the places
    private final boolean transparent;
    private final int[] table;        // of grey up to 8 bits and of palettes: the color of each sample
    private final int[] keyed;        // the grey or the three samples that are transparent; null where none are

    PngColors(PngHeader header, byte[] palette, byte[] transparency, ImageOpening opening) throws MalformedMedia {
        this.header = header;
        this.opened = opening == ImageOpening.OPENED;
        boolean alpha = header.color() == PngHeader.GREY_ALPHA || header.color() == PngHeader.RGBA;
        this.keyed = header.color() == PngHeader.PALETTE || alpha || transparency.length == 0 ? null : key(header, transparency);
        this.transparent = alpha || keyed != null || header.color() == PngHeader.PALETTE && transparency.length > 0;
        this.table = switch (header.color()) {
            case PngHeader.PALETTE -> palette(palette, transparency);
            case PngHeader.GREY -> header.depth() <= 8 ? greys(header.depth()) : null;
            default -> null;
        };
        if (keyed != null && table != null) {
            for (int i = 0; i < table.length; i++) {
                // Pillow compares the key with the value that it has already scaled to 8 bits.
                boolean clear = opened && header.depth() > 1 ? (table[i] & 255) == keyed[0] : i == keyed[0];
                table[i] = clear ? table[i] & 0xffffff : table[i];
            }
        }
    }

    boolean transparent() {
        return transparent;
    }

    private static int[] key(PngHeader header, byte[] transparency) throws MalformedMedia {
        int samples = header.color() == PngHeader.RGB ? 3 : 1;
        if (transparency.length < 2 * samples) {
            throw new MalformedMedia("PNG: tRNS needs " + 2 * samples + " bytes, got " + transparency.length);
        }
        var key = new int[samples];
        for (int i = 0; i < samples; i++) {
            key[i] = (transparency[2 * i] & 255) << 8 | transparency[2 * i + 1] & 255;
        }
        return key;
    }

    private static int[] palette(byte[] palette, byte[] transparency) throws MalformedMedia {
        if (palette.length == 0 || palette.length % 3 != 0 || palette.length > 768) {
            throw new MalformedMedia("PNG: a palette has 1 to 256 colors of 3 bytes, got " + palette.length + " bytes");
        }
        var colors = new int[256];
        Arrays.fill(colors, 0xff000000);   // what lies beyond the palette is black
        for (int i = 0; i < palette.length / 3; i++) {
            int alpha = i < transparency.length ? transparency[i] & 255 : 255;
            colors[i] = alpha << 24 | (palette[3 * i] & 255) << 16 | (palette[3 * i + 1] & 255) << 8 | palette[3 * i + 2] & 255;
        }
        return colors;
    }

    private static int[] greys(int depth) {
        int last = (1 << depth) - 1;
        var colors = new int[last + 1];
        for (int i = 0; i <= last; i++) {
            colors[i] = 0xff000000 | i * 255 / last * 0x10101;
        }
        return colors;
    }

    /** Converts a row of samples into pixels that lie a step apart. */
    void convert(byte[] row, int columns, int[] argb, int offset, int step) {
        int bytes = header.depth() / 8;
        for (int x = 0, at = 0, to = offset; x < columns; x++, to += step) {
            if (table != null) {
                argb[to] = table[sample(row, x)];
                continue;
            }
            argb[to] = switch (header.color()) {
                case PngHeader.GREY -> grey16(row, at);
                case PngHeader.RGB -> color(row, at, bytes);
                case PngHeader.GREY_ALPHA -> (row[at + bytes] & 255) << 24 | (row[at] & 255) * 0x10101;
                default -> (row[at + 3 * bytes] & 255) << 24 | (row[at] & 255) << 16 | (row[at + bytes] & 255) << 8 | row[at + 2 * bytes] & 255;
            };
            at += header.bitsPerPixel() / 8;
        }
    }

    private int sample(byte[] row, int x) {
        return switch (header.depth()) {
            case 8 -> row[x] & 255;
            case 4 -> row[x >> 1] >> 4 - (x & 1) * 4 & 15;
            case 2 -> row[x >> 2] >> 6 - (x & 3) * 2 & 3;
            default -> row[x >> 3] >> 7 - (x & 7) & 1;
        };
    }

    private int grey16(byte[] row, int at) {
        int value = (row[at] & 255) << 8 | row[at + 1] & 255;
        int alpha = keyed != null && value == keyed[0] ? 0 : 255;
        return alpha << 24 | (opened ? Math.min(value, 255) : value >> 8) * 0x10101;
    }

    private int color(byte[] row, int at, int bytes) {
        int rgb = (row[at] & 255) << 16 | (row[at + bytes] & 255) << 8 | row[at + 2 * bytes] & 255;
        return keyed != null && isKey(row, at, bytes) ? rgb : rgb | 0xff000000;
    }

    private boolean isKey(byte[] row, int at, int bytes) {
        for (int i = 0; i < 3; i++) {
            int from = at + i * bytes;
            int high = row[from] & 255;
            // Pillow has cut the samples to their high bytes by then, and compares them with the low byte of the key.
            boolean equal = bytes == 1 || opened ? high == (keyed[i] & 255) : (high << 8 | row[from + 1] & 255) == keyed[i];
            if (!equal) {
                return false;
            }
        }
        return true;
    }
}
