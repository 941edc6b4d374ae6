package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts a text at added tokens: the leftmost match first, of several at one place the longest. */
final class AddedTokenMatcher {
    // By first char, longest first.
    private final Map<Character, List<Entry>> entries = new HashMap<>();

    private record Entry(String content, AddedToken token) {}

    /** Receives the parts of a text in order. */
    interface Parts {
        /** Text between tokens, never empty, as a range of chars. */
        void text(int start, int end);

        /** An added token and the chars it takes, white space that it swallows included. */
        void token(AddedToken token, int start, int end);
    }

    AddedTokenMatcher(Collection<AddedToken> tokens, java.util.function.UnaryOperator<String> normalization) {
        for (AddedToken token : tokens) {
            String content = normalization.apply(token.content());
            if (content.isEmpty()) {
                // Normalization left nothing of it that could be found.
                continue;
            }
            entries.computeIfAbsent(content.charAt(0), c -> new ArrayList<>()).add(new Entry(content, token));
        }
        entries.values().forEach(list -> list.sort(Comparator.comparingInt(entry -> -entry.content().length())));
    }

    void cut(String text, Parts parts) {
        if (entries.isEmpty()) {
            if (!text.isEmpty()) {
                parts.text(0, text.length());
            }
            return;
        }
        int done = 0;
        for (int i = 0; i < text.length();) {
            Entry entry = matchAt(text, i);
            if (entry == null) {
                i++;
                continue;
            }
            int start = i;
            int end = i + entry.content().length();
            i = end;
            if (start < done || entry.token().singleWord() && (endsWord(text, start) || beginsWord(text, end))) {
                continue;
            }
            while (entry.token().stripLeft() && start > done && isSpace(text.charAt(start - 1))) {
                start--;
            }
            while (entry.token().stripRight() && end < text.length() && isSpace(text.charAt(end))) {
                end++;
            }
            if (done < start) {
                parts.text(done, start);
            }
            parts.token(entry.token(), start, end);
            done = end;
        }
        if (done < text.length()) {
            parts.text(done, text.length());
        }
    }

    private Entry matchAt(String text, int position) {
        List<Entry> candidates = entries.get(text.charAt(position));
        if (candidates != null) {
            for (Entry entry : candidates) {
                if (text.startsWith(entry.content(), position)) {
                    return entry;
                }
            }
        }
        return null;
    }

    private static boolean endsWord(String text, int end) {
        return end > 0 && isWord(text.codePointBefore(end));
    }

    private static boolean beginsWord(String text, int start) {
        return start < text.length() && isWord(text.codePointAt(start));
    }

    private static boolean isWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isAlphabetic(codePoint) || Character.isDigit(codePoint) || type == Character.CONNECTOR_PUNCTUATION
                || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK || type == Character.ENCLOSING_MARK
                || codePoint == 0x200c || codePoint == 0x200d;
    }

    // Unicode's White_Space; all of it lies in the basic plane.
    static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || c >= '\t' && c <= '\r' || c == 0x85;
    }
}
