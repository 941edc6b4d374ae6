package embedrl.models.media;

import embedrl.models.image.ImageSize;

/**
 * One frame of a WebP file: its chunks, and how it is laid on the canvas. It is decoded when it is asked for.
 *
 * @param size         height and width, which its picture states
 * @param milliseconds how long it is shown
 * @param blend        whether transparent pixels show what is below, or replace it
 * @param dispose      whether its rectangle is cleared before the next frame
 * @param picture      lossy or lossless
 * @param alpha        the alpha of a lossy picture, or null
 */
record WebpFrame(byte[] bytes, int x, int y, ImageSize size, int milliseconds, boolean blend, boolean dispose, WebpChunk picture, WebpChunk alpha) {
    /** The picture of a file without animation. */
    static WebpFrame still(byte[] bytes, WebpChunk picture, WebpChunk alpha, MediaLimits limits) throws MalformedMedia {
        return new WebpFrame(bytes, 0, 0, size(bytes, picture, limits), 0, false, false, picture, lossless(picture) ? null : alpha);
    }

    /** The frame that a chunk {@code ANMF} holds. */
    static WebpFrame read(byte[] bytes, WebpChunk chunk, MediaLimits limits) throws MalformedMedia {
        ByteCursor in = chunk.cursor(bytes);
        int x = 2 * in.u24();
        int y = 2 * in.u24();
        int width = in.u24() + 1;
        int height = in.u24() + 1;
        limits.checkSize(width, height);
        int milliseconds = in.u24();
        int flags = in.u8();
        WebpChunk alpha = null;
        while (WebpChunk.follows(in)) {
            WebpChunk part = WebpChunk.next(in);
            if (part.named("ALPH") && alpha == null) {
                alpha = part;
            } else if (part.picture()) {
                ImageSize size = size(bytes, part, limits);
                if (size.width() != width || size.height() != height) {
                    throw new MalformedMedia("WebP: a frame of " + height + " × " + width + " holds a picture of " + size);
                }
                return new WebpFrame(bytes, x, y, size, milliseconds, (flags & 2) == 0, (flags & 1) != 0, part, lossless(part) ? null : alpha);
            }
        }
        throw new MalformedMedia("WebP: a frame has no picture");
    }

    private static ImageSize size(byte[] bytes, WebpChunk picture, MediaLimits limits) throws MalformedMedia {
        ImageSize size = lossless(picture) ? Vp8lDecoder.size(picture.cursor(bytes)) : Vp8Header.size(bytes, picture.start(), picture.end());
        limits.checkSize(size.width(), size.height());
        return size;
    }

    private static boolean lossless(WebpChunk picture) {
        return picture.named("VP8L");
    }

    /** Whether its pixels have alpha. */
    boolean transparent() {
        return alpha != null || lossless(picture) && Vp8lDecoder.transparent(bytes, picture);
    }

    boolean covers(ImageSize canvas) {
        return size.equals(canvas);
    }

    boolean contains(int column, int row) {
        return column >= x && column < x + size.width() && row >= y && row < y + size.height();
    }

    /** Its pixels, 0xAARRGGBB, row by row. */
    int[] argb() throws MalformedMedia {
        if (lossless(picture)) {
            return Vp8lDecoder.argb(bytes, picture, size);
        }
        int[] argb = Vp8Decoder.decode(bytes, picture.start(), picture.next()).argb();
        if (alpha != null) {
            WebpAlpha.apply(bytes, alpha, size, argb);
        }
        return argb;
    }
}
