package embedrl.models.tokenizer;

/** Joins WordPiece tokens to text: a space before each that does not continue a word, and the usual cleaning. */
final class WordPieceDecoder {
    private static final String[][] CLEANING = {{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
        {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

    private WordPieceDecoder() {
    }

    static String join(Iterable<String> tokens, String prefix, boolean cleanUp) {
        StringBuilder text = new StringBuilder();
        boolean first = true;
        for (String token : tokens) {
            String part = first ? token : !prefix.isEmpty() && token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
            text.append(cleanUp ? cleaned(part) : part);
            first = false;
        }
        return text.toString();
    }

    // Token by token, as the reference does it: nothing is cleaned across tokens.
    private static String cleaned(String part) {
        String result = part;
        for (String[] replacement : CLEANING) {
            result = result.replace(replacement[0], replacement[1]);
        }
        return result;
    }
}
