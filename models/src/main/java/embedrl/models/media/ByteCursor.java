package embedrl.models.media;

/** Reads numbers from a part of a byte array and never beyond its end. */
final class ByteCursor {
    private final byte[] bytes;
    private final int end;
    private final boolean little;
    private int at;

    ByteCursor(byte[] bytes, int start, int end, boolean little) {
        this.bytes = bytes;
        this.end = end;
        this.little = little;
        this.at = start;
    }

    int position() {
        return at;
    }

    int end() {
        return end;
    }

    int left() {
        return end - at;
    }

    void seek(long position) throws MalformedMedia {
        if (position < 0 || position > end) {
            throw new MalformedMedia("truncated: byte " + position + " is asked for, the data ends at " + end);
        }
        at = (int) position;
    }

    void skip(long count) throws MalformedMedia {
        seek(at + count);
    }

    int u8() throws MalformedMedia {
        need(1);
        return bytes[at++] & 255;
    }

    int u16() throws MalformedMedia {
        int a = u8();
        int b = u8();
        return little ? a | b << 8 : a << 8 | b;
    }

    int u24() throws MalformedMedia {
        int a = u8();
        int b = u8();
        int c = u8();
        return little ? a | b << 8 | c << 16 : a << 16 | b << 8 | c;
    }

    long u32() throws MalformedMedia {
        long a = u16();
        long b = u16();
        return little ? a | b << 16 : a << 16 | b;
    }

    long u64() throws MalformedMedia {
        long a = u32();
        long b = u32();
        long value = little ? a | b << 32 : a << 32 | b;
        if (value < 0) {
            throw new MalformedMedia("a number of 64 bits is too large");
        }
        return value;
    }

    /** Four characters; ? for those that no name has. */
    String name() throws MalformedMedia {
        need(4);
        var name = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            int character = bytes[at++] & 255;
            name.append(character >= ' ' && character <= '~' ? (char) character : '?');
        }
        return name.toString();
    }

    private void need(int count) throws MalformedMedia {
        if (end - at < count) {
            throw new MalformedMedia("truncated at byte " + at);
        }
    }
}
