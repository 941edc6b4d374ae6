package embedrl.models.media;

/**
 * A chunk of a WebP file.
 *
 * @param name  its four characters
 * @param start where its payload begins
 * @param end   where its payload ends
 * @param next  where the next chunk begins: behind a byte of padding if the length is odd; libwebp lets pictures reach into it
 */
record WebpChunk(String name, int start, int end, int next) {
    private static final int HEADER = 8;

    /** Tells whether another chunk can follow. */
    static boolean follows(ByteCursor in) {
        return in.left() >= HEADER;
    }

    /** Passes over the next chunk. */
    static WebpChunk next(ByteCursor in) throws MalformedMedia {
        String name = in.name();
        long length = in.u32();
        int start = in.position();
        in.skip(length);
        int end = in.position();
        in.skip(Math.min(length & 1, in.left()));
        return new WebpChunk(name, start, end, in.position());
    }

    boolean named(String other) {
        return name.equals(other);
    }

    /** Whether the chunk holds the pixels of a picture. */
    boolean picture() {
        return named("VP8 ") || named("VP8L");
    }

    ByteCursor cursor(byte[] bytes) {
        return new ByteCursor(bytes, start, end, true);
    }
}
