package embedrl.models.media;

import embedrl.models.image.ImageSize;

/** The alpha of a lossy WebP picture, a chunk {@code ALPH}: stored as it is or as the green of a lossless picture, both as steps from neighbors. */
final class WebpAlpha {
    private WebpAlpha() {}

    /** Gives opaque pixels their alpha. */
    static void apply(byte[] bytes, WebpChunk chunk, ImageSize size, int[] argb) throws MalformedMedia {
        int header = chunk.cursor(bytes).u8();
        int method = header & 3;
        int filter = header >> 2 & 3;
        if (method > 1 || header >> 5 != 0) {
            throw new MalformedMedia("WebP: the alpha states method " + method + " and flags " + (header >> 4) + ", known are 0 and 1");
        }
        int[] green = null;
        int from = chunk.start() + 1;
        if (method == 1) {
            green = Vp8lDecoder.headless(bytes, from, chunk.end(), size);
        } else if (chunk.end() - from < size.pixels()) {
            throw new MalformedMedia("WebP: the alpha of " + size + " pixels is truncated: it has " + (chunk.end() - from) + " bytes");
        }
        int width = size.width();
        for (int y = 0; y < size.height(); y++) {
            int row = y * width;
            for (int x = 0; x < width; x++) {
                int step = green == null ? bytes[from + row + x] & 255 : green[row + x] >> 8 & 255;
                int alpha = step + predicted(argb, row + x, x, y, width, filter) & 255;
                argb[row + x] = argb[row + x] & 0xffffff | alpha << 24;
            }
        }
    }

    // Filters: none, left, above, and left + above − corner. At the left edge what is above counts, in the first row what is to the left.
    private static int predicted(int[] argb, int at, int x, int y, int width, int filter) {
        if (filter == 0 || x == 0 && y == 0) {
            return 0;
        } else if (y == 0 || filter == 1 && x > 0) {
            return argb[at - 1] >>> 24;
        } else if (filter == 2 || x == 0) {
            return argb[at - width] >>> 24;
        }
        return Vp8Plane.clamp((argb[at - 1] >>> 24) + (argb[at - width] >>> 24) - (argb[at - width - 1] >>> 24));
    }
}
