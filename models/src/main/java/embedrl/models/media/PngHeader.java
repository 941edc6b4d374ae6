package embedrl.models.media;

/**
 * The size and the pixel layout of a PNG file.
 *
 * @param width      columns
 * @param height     rows
 * @param depth      bits of a sample
 * @param color      0 grey, 2 color, 3 palette, 4 grey and alpha, 6 color and alpha
 * @param interlaced whether the rows come in the seven passes of Adam7
 */
record PngHeader(int width, int height, int depth, int color, boolean interlaced) {
    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGBA = 6;

    static PngHeader read(ByteCursor cursor) throws MalformedMedia {
        long width = cursor.u32();
        long height = cursor.u32();
        int depth = cursor.u8();
        int color = cursor.u8();
        int compression = cursor.u8();
        int filter = cursor.u8();
        int interlace = cursor.u8();
        boolean known = switch (color) {
            case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case RGB, GREY_ALPHA, RGBA -> depth == 8 || depth == 16;
            default -> false;
        };
        if (!known || compression != 0 || filter != 0 || interlace > 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new MalformedMedia("PNG: no such kind of file: " + width + " × " + height + ", color type " + color + ", depth " + depth
                    + ", compression " + compression + ", filter " + filter + ", interlace " + interlace);
        }
        return new PngHeader((int) width, (int) height, depth, color, interlace == 1);
    }

    int bitsPerPixel() {
        return depth * switch (color) {
            case RGB -> 3;
            case GREY_ALPHA -> 2;
            case RGBA -> 4;
            default -> 1;
        };
    }
}
