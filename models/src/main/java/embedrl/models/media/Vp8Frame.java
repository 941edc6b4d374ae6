package embedrl.models.media;

import embedrl.models.image.ImageSize;

/**
 * A decoded lossy picture: luma and, at half the size, two components of color.
 *
 * @param size height and width; the planes hold whole blocks
 */
record Vp8Frame(ImageSize size, Vp8Plane luma, Vp8Plane cb, Vp8Plane cr) {
    private static final int OPAQUE = 255 << 24;

    /**
     * The colors, 0xFFRRGGBB: color samples are interpolated with weights 9, 3, 3 and 1, and turned into RGB by BT.601, 16 … 235, in the fixed point of
     * libwebp.
     */
    int[] argb() {
        int[] argb = new int[Math.toIntExact(size.pixels())];
        int lastColumn = size.width() - 1 >> 1;
        int lastRow = size.height() - 1 >> 1;
        for (int y = 0; y < size.height(); y++) {
            int near = y >> 1;
            int far = Math.clamp(near + 2 * (y & 1) - 1, 0, lastRow);
            int nearRow = cb.at(0, near);
            int farRow = cb.at(0, far);
            int lumaRow = luma.at(0, y);
            for (int x = 0; x < size.width(); x++) {
                int beside = x >> 1;
                int away = Math.clamp(beside + 2 * (x & 1) - 1, 0, lastColumn);
                int u = between(cb, nearRow, farRow, beside, away);
                int v = between(cr, nearRow, farRow, beside, away);
                argb[y * size.width() + x] = rgb(luma.get(lumaRow + x), u, v);
            }
        }
        return argb;
    }

    private static int between(Vp8Plane plane, int near, int far, int beside, int away) {
        return 9 * plane.get(near + beside) + 3 * plane.get(near + away) + 3 * plane.get(far + beside) + plane.get(far + away) + 8 >> 4;
    }

    private static int rgb(int y, int u, int v) {
        int level = y * 19077 >> 8;
        int red = level + (v * 26149 >> 8) - 14234;
        int green = level - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708;
        int blue = level + (u * 33050 >> 8) - 17685;
        return OPAQUE | Vp8Plane.clamp(red >> 6) << 16 | Vp8Plane.clamp(green >> 6) << 8 | Vp8Plane.clamp(blue >> 6);
    }
}
