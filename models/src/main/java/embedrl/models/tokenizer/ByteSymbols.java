package embedrl.models.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The visible character that byte-level vocabularies write for each byte.
 *
 * <p>Printable Latin-1 bytes stand for themselves; the other 68 take the characters from U+0100 on, in the order of the bytes.
 */
final class ByteSymbols {
    private static final char[] SYMBOL = new char[256];
    private static final short[] BYTE = new short[256 + 68];

    static {
        Arrays.fill(BYTE, (short) -1);
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b != 0xad;
            SYMBOL[b] = (char) (printable ? b : next++);
            BYTE[SYMBOL[b]] = (short) b;
        }
    }

    private ByteSymbols() {}

    /** The symbol of a byte, given as 0 to 255. */
    static String symbol(int unsignedByte) {
        return String.valueOf(SYMBOL[unsignedByte]);
    }

    /** The symbols of bytes. */
    static String symbols(byte[] bytes) {
        char[] symbols = new char[bytes.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = SYMBOL[bytes[i] & 0xff];
        }
        return new String(symbols);
    }

    /** The bytes that a token stands for: one for each symbol, or its UTF-8 where any character is no symbol. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTE.length || BYTE[c] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTE[c];
        }
        return bytes;
    }
}
