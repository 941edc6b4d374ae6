package embedrl.models.tokenizer;

import java.text.Normalizer;

/**
 * BERT's normalization: drop control characters, set ideographs apart, strip accents, lower the case, in this order. Parts of the original stay known.
 *
 * @param cleanText          whether control characters are dropped and white space becomes spaces
 * @param setIdeographsApart whether spaces go around Chinese characters
 * @param stripAccents       whether a text is decomposed and loses its nonspacing marks
 * @param lowercase          whether letters become lower case, one by one (a final sigma stays an ordinary one)
 */
record BertNormalizer(boolean cleanText, boolean setIdeographsApart, boolean stripAccents, boolean lowercase) {
    /** No change at all. */
    static final BertNormalizer NONE = new BertNormalizer(false, false, false, false);

    // Marks after one base that are decomposed together: the order of more of them is not looked at, so that no text takes quadratic time.
    private static final int MOST_MARKS = 64;
    private static final int FIRST_DECOMPOSED = 0xc0;
    private static final TextNormalizer LOWERCASE = new TextNormalizer.Lowercase();

    AlignedText apply(AlignedText text) {
        AlignedText result = text;
        if (cleanText) {
            result = cleaned(result);
        }
        if (setIdeographsApart) {
            result = withIdeographsApart(result);
        }
        if (stripAccents) {
            result = withoutAccents(result);
        }
        return lowercase ? LOWERCASE.apply(result) : result;
    }

    private static AlignedText cleaned(AlignedText text) {
        AlignedText.Rewrite rewrite = text.rewrite();
        text.text().codePoints().forEach(c -> {
            if (BertCharacters.isDropped(c)) {
                rewrite.remove(1);
            } else {
                rewrite.replace(BertCharacters.isWhitespace(c) ? ' ' : c, 0);
            }
        });
        return rewrite.finish();
    }

    private static AlignedText withIdeographsApart(AlignedText text) {
        if (text.text().codePoints().noneMatch(BertCharacters::isIdeograph)) {
            return text;
        }
        AlignedText.Rewrite rewrite = text.rewrite();
        text.text().codePoints().forEach(c -> {
            if (BertCharacters.isIdeograph(c)) {
                rewrite.replace(' ', 0);
                rewrite.add(c);
                rewrite.add(' ');
            } else {
                rewrite.replace(c, 0);
            }
        });
        return rewrite.finish();
    }

    private static AlignedText withoutAccents(AlignedText text) {
        String chars = text.text();
        AlignedText.Rewrite rewrite = text.rewrite();
        for (int i = 0; i < chars.length();) {
            int c = chars.codePointAt(i);
            int end = i + Character.charCount(c);
            for (int marks = 0; end < chars.length() && marks < MOST_MARKS; marks++) {
                int next = chars.codePointAt(end);
                if (!BertCharacters.isMark(next)) {
                    break;
                }
                end += Character.charCount(next);
            }
            if (c < FIRST_DECOMPOSED && end == i + 1) {
                rewrite.replace(c, 0);
            } else {
                decompose(chars.substring(i, end), rewrite);
            }
            i = end;
        }
        return rewrite.finish();
    }

    /** Puts the decomposition of a base and its marks, without nonspacing ones. The first part of a character replaces one of the text, further parts are added. */
    private static void decompose(String source, AlignedText.Rewrite rewrite) {
        String decomposed = Normalizer.normalize(source, Normalizer.Form.NFD);
        int[] parts = new int[decomposed.length()];
        boolean[] leads = new boolean[decomposed.length()];
        int count = 0;
        for (int i = 0, c; i < source.length(); i += Character.charCount(c)) {
            c = source.codePointAt(i);
            String own = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
            for (int k = 0, part; k < own.length(); k += Character.charCount(part)) {
                part = own.codePointAt(k);
                parts[count] = part;
                leads[count++] = k == 0;
            }
        }
        for (int i = 0, c; i < decomposed.length(); i += Character.charCount(c)) {
            c = decomposed.codePointAt(i);
            boolean lead = takeLead(parts, leads, count, c);
            if (BertCharacters.isNonspacingMark(c)) {
                rewrite.remove(lead ? 1 : 0);
            } else if (lead) {
                rewrite.replace(c, 0);
            } else {
                rewrite.add(c);
            }
        }
    }

    /** Whether the first part of this value that is still there leads its character; it is then gone. */
    private static boolean takeLead(int[] parts, boolean[] leads, int count, int value) {
        for (int i = 0; i < count; i++) {
            if (parts[i] == value) {
                parts[i] = -1;
                return leads[i];
            }
        }
        throw new IllegalStateException("normalize: " + Integer.toHexString(value) + " is in the decomposition of the whole and of no part");
    }
}
