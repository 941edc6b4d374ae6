package embedrl.models.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Tokens that stand for one byte each, written {@code <0xE2>}, where a vocabulary of characters lacks a character. */
final class ByteTokens {
    private static final int LENGTH = 6;

    private ByteTokens() {}

    /** The token of a byte, given as 0 to 255. */
    static String token(int unsignedByte) {
        return String.format(Locale.ROOT, "<0x%02X>", unsignedByte);
    }

    /** The byte that a token stands for, 0 to 255, or −1. */
    static int value(String token) {
        boolean written = token.length() == LENGTH && token.startsWith("<0x") && token.endsWith(">")
                && HexFormat.isHexDigit(token.charAt(3)) && HexFormat.isHexDigit(token.charAt(4));
        return written ? HexFormat.fromHexDigits(token, 3, 5) : -1;
    }

    /** Runs of byte tokens as text; a run that is no UTF-8 becomes one U+FFFD for each byte. */
    static List<String> decode(List<String> tokens) {
        List<String> result = new ArrayList<>();
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        for (String token : tokens) {
            int value = value(token);
            if (value >= 0) {
                run.write(value);
            } else {
                flush(run, result);
                result.add(token);
            }
        }
        flush(run, result);
        return result;
    }

    private static void flush(ByteArrayOutputStream run, List<String> result) {
        if (run.size() == 0) {
            return;
        }
        try {
            result.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run.toByteArray())).toString());
        } catch (CharacterCodingException e) {
            result.add("\ufffd".repeat(run.size()));
        }
        run.reset();
    }
}
