package embedrl.models.media;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The media formats that can be read, told apart by their first bytes and never by a file's name. */
public enum MediaFormat {
    /** Baseline or progressive JPEG of 8 bits. */
    JPEG,
    /** PNG of any color type and depth. */
    PNG,
    /** Lossy, lossless or animated WebP. */
    WEBP,
    /** GIF, still or animated. */
    GIF,
    /** BMP as the JDK reads it. */
    BMP,
    /** MP4 or QuickTime with H.264 video. */
    MP4,
    /** PDF pages. */
    PDF;

    /** How many bytes from the beginning of a file are looked at. */
    public static final int HEAD = 1024;

    /** The format of a file that begins with these bytes, if it is one of those known. */
    public static Optional<MediaFormat> of(byte[] head) {
        if (begins(head, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        } else if (begins(head, 0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        } else if (begins(head, 0, "RIFF") && begins(head, 8, "WEBP")) {
            return Optional.of(WEBP);
        } else if (begins(head, 0, "GIF87a") || begins(head, 0, "GIF89a")) {
            return Optional.of(GIF);
        } else if (begins(head, 4, "ftyp") || begins(head, 4, "moov")) {
            return Optional.of(MP4);
        }
        if (begins(head, 0, "BM") && begins(head, 6, "\0\0\0\0")) {
            return Optional.of(BMP);
        }
        // Readers of PDF accept anything before the header within the first kilobyte.
        int length = Math.min(head.length, HEAD);
        return new String(head, 0, length, StandardCharsets.ISO_8859_1).contains("%PDF-") ? Optional.of(PDF) : Optional.empty();
    }

    private static boolean begins(byte[] head, int at, String magic) {
        if (head.length < at + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((head[at + i] & 255) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
