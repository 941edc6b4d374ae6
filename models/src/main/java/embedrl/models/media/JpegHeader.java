package embedrl.models.media;

/**
 * What the markers of a JPEG file say before its first scan.
 *
 * @param width       columns
 * @param height      rows
 * @param space       how the stored components make a color
 * @param inverted    whether CMYK values are stored as 255 minus the ink: Adobe's habit
 * @param orientation the EXIF orientation
 */
record JpegHeader(int width, int height, Space space, boolean inverted, int orientation) {
    /** The color spaces of JPEG files. */
    enum Space {
        /** One component. */
        GREY(1),
        /** Luma and two color differences. */
        YCC(3),
        /** Red, green and blue. */
        RGB(3),
        /** Four inks. */
        CMYK(4),
        /** Luma, two color differences and black. */
        YCCK(4);

        private final int components;

        Space(int components) {
            this.components = components;
        }

        int components() {
            return components;
        }
    }

    static JpegHeader read(byte[] bytes) throws MalformedMedia {
        var cursor = new ByteCursor(bytes, 2, bytes.length, false);
        boolean jfif = false;
        int adobe = -1;
        int orientation = Orientation.UPRIGHT;
        while (true) {
            int marker = marker(cursor);
            int start = cursor.position();
            int end = Math.addExact(start, cursor.u16());
            if (end < start + 2 || end > bytes.length) {
                throw new MalformedMedia("JPEG: segment " + Integer.toHexString(marker) + " at byte " + start + " is truncated");
            }
            int at = start + 2;
            switch (marker) {
                case 0xc0, 0xc1, 0xc2 -> {
                    var frame = new ByteCursor(bytes, at, end, false);
                    int precision = frame.u8();
                    int height = frame.u16();
                    int width = frame.u16();
                    int components = frame.u8();
                    if (precision != 8) {
                        throw new MalformedMedia("JPEG: only 8 bits a sample can be read, this file has " + precision);
                    }
                    var ids = new int[components];
                    for (int i = 0; i < components; i++) {
                        ids[i] = frame.u8();
                        frame.skip(2);
                    }
                    return new JpegHeader(width, height, space(ids, jfif, adobe), adobe >= 0, orientation);
                }
                case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf -> throw new MalformedMedia(
                        "JPEG: only baseline and progressive Huffman coding can be read, this file has process SOF" + (marker - 0xc0));
                case 0xda -> throw new MalformedMedia("JPEG: a scan comes before the frame header");
                case 0xe0 -> jfif |= begins(bytes, at, end, "JFIF\0");
                case 0xe1 -> {
                    if (begins(bytes, at, end, "Exif\0") && orientation == Orientation.UPRIGHT) {
                        orientation = Orientation.of(bytes, at + 6, end);
                    }
                }
                case 0xee -> {
                    if (begins(bytes, at, end, "Adobe") && end - at >= 12) {
                        adobe = bytes[at + 11] & 255;
                    }
                }
                default -> { }
            }
            cursor.seek(end);
        }
    }

    private static int marker(ByteCursor cursor) throws MalformedMedia {
        int value = cursor.u8();
        // As libjpeg does: skip garbage up to the next marker, fill bytes and markers without a body.
        while (true) {
            while (value != 0xff) {
                value = cursor.u8();
            }
            while (value == 0xff) {
                value = cursor.u8();
            }
            if (value != 0 && value != 1 && (value < 0xd0 || value > 0xd8)) {
                return value;
            }
        }
    }

    private static Space space(int[] ids, boolean jfif, int adobe) throws MalformedMedia {
        return switch (ids.length) {
            case 1 -> Space.GREY;
            case 3 -> {
                if (jfif) {
                    yield Space.YCC;
                } else if (adobe >= 0) {
                    yield adobe == 0 ? Space.RGB : Space.YCC;
                }
                yield ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B' ? Space.RGB : Space.YCC;
            }
            case 4 -> adobe >= 0 && adobe != 0 ? Space.YCCK : Space.CMYK;
            default -> throw new MalformedMedia("JPEG: has 1, 3 or 4 components, this file has " + ids.length);
        };
    }

    private static boolean begins(byte[] bytes, int at, int end, String name) {
        if (end - at < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
