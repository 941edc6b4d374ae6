package embedrl.models.media;

import embedrl.models.image.ImageSize;

/** The headers of the two bit streams that WebP files hold. */
final class WebpStream {
    private WebpStream() {}

    /** The size that a chunk {@code VP8 } (lossy) or {@code VP8L} (lossless) states. */
    static ImageSize size(String chunk, ByteCursor in) throws MalformedMedia {
        if (chunk.equals("VP8L")) {
            if (in.u8() != 0x2f) {
                throw new MalformedMedia("WebP: the lossless picture has no signature");
            }
            long bits = in.u32();
            return new ImageSize((int) (bits >> 14 & 0x3fff) + 1, (int) (bits & 0x3fff) + 1);
        }
        int tag = in.u24();
        if ((tag & 1) != 0 || in.u8() != 0x9d || in.u8() != 0x01 || in.u8() != 0x2a) {
            throw new MalformedMedia("WebP: the lossy picture does not begin with a key frame");
        }
        int width = in.u16() & 0x3fff;
        int height = in.u16() & 0x3fff;
        if (width == 0 || height == 0) {
            throw new MalformedMedia("WebP: a picture needs a pixel, this one has " + height + " × " + width);
        }
        return new ImageSize(height, width);
    }

    /** Whether a lossless picture has alpha. */
    static boolean hasAlpha(byte[] bytes, int at) {
        return (bytes[at + 4] & 16) != 0;
    }
}
