package embedrl.models.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 in which what is not valid becomes U+FFFD, one for each longest beginning of a character.
 *
 * <p>This is the rule of the Unicode standard's section 3.9 that the reference tokenizers follow. The JDK's decoder differs: it
 * gives one U+FFFD for the three bytes of an encoded surrogate, which the rule counts as three.
 */
final class LossyUtf8 {
    private static final char REPLACEMENT = '\ufffd';

    private LossyUtf8() {}

    /** The bytes of a text; half of a surrogate pair becomes U+FFFD. */
    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                StringBuilder repaired = new StringBuilder(text.length());
                text.codePoints().forEach(c -> repaired.appendCodePoint(Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c));
                return repaired.toString().getBytes(StandardCharsets.UTF_8);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** For each byte of {@link #encode}, the index of the char it belongs to, of two the first. */
    static int[] charOfByte(String text) {
        int[] chars = new int[3 * text.length()];
        int length = 0;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            for (int end = length + (codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4); length < end; length++) {
                chars[length] = i;
            }
            i += Character.charCount(codePoint);
        }
        return Arrays.copyOf(chars, length);
    }

    /** The text of a range of bytes. */
    static String decode(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int lead = bytes[i] & 0xff;
            int length = length(lead);
            int valid = validPrefix(bytes, i, to);
            if (length == 0 || valid < length) {
                text.append(REPLACEMENT);
                i += Math.max(1, valid);
                continue;
            }
            int codePoint = length == 1 ? lead : lead & 0x3f >> length - 1;
            for (int k = 1; k < length; k++) {
                codePoint = codePoint << 6 | bytes[i + k] & 0x3f;
            }
            text.appendCodePoint(codePoint);
            i += length;
        }
        return text.toString();
    }

    /** How many bytes at the end are the beginning of one character that more bytes could complete: 0 to 3. */
    static int incompleteTail(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int start = bytes.length - back;
            int length = length(bytes[start] & 0xff);
            if (length > back && validPrefix(bytes, start, bytes.length) == back) {
                return back;
            }
        }
        return 0;
    }

    // How many bytes a character of this first byte has; 0 where no character begins so.
    private static int length(int lead) {
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    }

    // How many bytes from here on can belong to one character.
    private static int validPrefix(byte[] bytes, int start, int end) {
        int lead = bytes[start] & 0xff;
        int limit = Math.min(length(lead), end - start);
        for (int k = 1; k < limit; k++) {
            int b = bytes[start + k] & 0xff;
            // Overlong forms, surrogates and what lies above U+10FFFF are excluded by the second byte.
            int lowest = k > 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            int highest = k > 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            if (b < lowest || b > highest) {
                return k;
            }
        }
        return limit;
    }
}
