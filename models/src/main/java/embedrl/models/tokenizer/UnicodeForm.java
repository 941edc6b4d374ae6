package embedrl.models.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Unicode normalization that remembers where each character came from.
 *
 * <p>The JDK gives the normalized text alone. Characters are followed through its three steps: decomposing one character at a time,
 * ordering marks, composing; equal characters keep their order in each.
 */
final class UnicodeForm {
    // No character below this one changes or composes with what comes before it in any form: a safe place to cut.
    private static final int FIRST_MARK = 0x300;

    private UnicodeForm() {}

    /** The text in a form; {@link RecentCharacters} stay what they are and where they are. */
    static String apply(Form form, String text) {
        int to = RecentCharacters.next(text, 0);
        if (to == text.length()) {
            return java.text.Normalizer.normalize(text, form);
        }
        StringBuilder result = new StringBuilder(text.length());
        int from = 0;
        while (from < text.length()) {
            result.append(java.text.Normalizer.normalize(text.substring(from, to), form));
            from = to;
            if (from < text.length()) {
                from += Character.charCount(text.codePointAt(from));
                result.append(text, to, from);
                to = RecentCharacters.next(text, from);
            }
        }
        return result.toString();
    }

    /** The text in a form, aligned. */
    static AlignedText apply(Form form, AlignedText source) {
        String text = source.text();
        if (apply(form, text).equals(text)) {
            return source;
        }
        AlignedText.Rewrite rewrite = source.rewrite();
        // The next of them is looked for only when the last one found is passed: once for each.
        int recent = RecentCharacters.next(text, 0);
        for (int from = 0; from < text.length();) {
            if (recent < from) {
                recent = RecentCharacters.next(text, from);
            }
            int to = recent == from ? from + Character.charCount(text.codePointAt(from)) : from + 1;
            while (recent > from && to < recent && text.charAt(to) >= FIRST_MARK) {
                to++;
            }
            String segment = text.substring(from, to);
            String result = apply(form, segment);
            if (result.equals(segment)) {
                rewrite.copyTo(to);
            } else {
                segment(form, segment, result, rewrite);
                rewrite.removeTo(to);
            }
            from = to;
        }
        return rewrite.finish();
    }

    private static void segment(Form form, String segment, String result, AlignedText.Rewrite rewrite) {
        Form decomposition = form == Form.NFKC || form == Form.NFKD ? Form.NFKD : Form.NFD;
        // How many characters each decomposed one adds to the source: 0 for the first of a character, 1 for the others.
        Map<Integer, ArrayDeque<Integer>> added = new HashMap<>();
        segment.codePoints().forEach(codePoint -> {
            int[] parts = apply(decomposition, Character.toString(codePoint)).codePoints().toArray();
            for (int i = 0; i < parts.length; i++) {
                added.computeIfAbsent(parts[i], key -> new ArrayDeque<>()).add(i == 0 ? 0 : 1);
            }
        });
        result.codePoints().forEach(codePoint -> {
            int change = 1;
            boolean composed = form == Form.NFC || form == Form.NFKC;
            int[] parts = composed ? apply(Form.NFD, Character.toString(codePoint)).codePoints().toArray() : new int[] {codePoint};
            for (int part : parts) {
                change += added.get(part).remove() - 1;
            }
            if (change > 0) {
                rewrite.add(codePoint);
            } else {
                rewrite.replace(codePoint, -change);
            }
        });
    }
}
