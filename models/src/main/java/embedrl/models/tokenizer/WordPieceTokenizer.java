package embedrl.models.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Turns text into token identifiers and back as BERT does: normalization, words between white space and punctuation, the longest pieces of each word.
 *
 * <p>Added tokens are cut out first. Any thread may use one tokenizer. Source: Devlin et al. 2018; Schuster and Nakajima 2012.
 */
public final class WordPieceTokenizer implements Tokenizer {
    private final WordPieceDefinition definition;
    private final WordPieceVocabulary vocabulary;
    private final TokenTable table;
    private final AddedTokenMatcher before;
    private final AddedTokenMatcher after;

    WordPieceTokenizer(WordPieceDefinition definition) {
        this.definition = definition;
        vocabulary = new WordPieceVocabulary(definition.vocabulary(), definition.unknown(), definition.prefix(), definition.mostCharacters());
        table = new TokenTable(definition.vocabulary(), definition.addedTokens());
        before = new AddedTokenMatcher(definition.addedTokens().stream().filter(token -> !token.normalized()).toList(), text -> text);
        // A token that normalization leaves nothing of can match nothing.
        after = new AddedTokenMatcher(definition.addedTokens().stream().filter(token -> token.normalized() && !normalized(token.content()).isEmpty()).toList(), this::normalized);
    }

    /** Reads a Hugging Face {@code tokenizer.json}. */
    public static WordPieceTokenizer load(Path path) throws IOException {
        return new WordPieceTokenizer(WordPieceFile.read(path));
    }

    /** Reads the bytes of a {@code tokenizer.json}; source names it in errors. */
    public static WordPieceTokenizer parse(String source, byte[] json) {
        return new WordPieceTokenizer(WordPieceFile.parse(source, json));
    }

    private String normalized(String text) {
        return definition.normalizer().apply(AlignedText.of(text, 0)).text();
    }

    @Override
    public int[] encode(String text) {
        return encodeWithOffsets(text).ids();
    }

    @Override
    public Encoding encodeWithOffsets(String text) {
        EncodingBuilder out = new EncodingBuilder();
        before.cut(text, new AddedTokenMatcher.Parts() {
            private int chars;
            private int codePoints;

            @Override
            public void text(int start, int end) {
                encodeNormalized(definition.normalizer().apply(AlignedText.of(text.substring(start, end), codePoint(start))), out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id(), codePoint(start), codePoint(end));
            }

            // Parts come in order, so that all of them together are counted once.
            private int codePoint(int index) {
                codePoints += text.codePointCount(chars, index);
                chars = index;
                return codePoints;
            }
        });
        return out.finish();
    }

    private void encodeNormalized(AlignedText part, EncodingBuilder out) {
        after.cut(part.text(), new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                encodeWords(part, start, end, out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id(), part.start(start), part.end(end - 1));
            }
        });
    }

    /** Words lie between white space; each punctuation character is a word. */
    private void encodeWords(AlignedText part, int from, int to, EncodingBuilder out) {
        String text = part.text();
        int word = from;
        for (int i = from, c; i < to; i += Character.charCount(c)) {
            c = text.codePointAt(i);
            boolean space = BertCharacters.isWhitespace(c);
            if (!space && !BertCharacters.isPunctuation(c)) {
                continue;
            }
            encodeWord(part, word, i, out);
            word = i + Character.charCount(c);
            if (!space) {
                encodeWord(part, i, word, out);
            }
        }
        encodeWord(part, word, to, out);
    }

    private void encodeWord(AlignedText part, int from, int to, EncodingBuilder out) {
        if (from == to) {
            return;
        }
        WordPieceVocabulary.Pieces pieces = vocabulary.split(part.text().substring(from, to));
        int start = from;
        for (int i = 0; i < pieces.ids().length; i++) {
            int end = from + pieces.ends()[i];
            out.add(pieces.ids()[i], part.start(start), part.end(end - 1));
            start = end;
        }
    }

    @Override
    public BatchRules batchRules() {
        return definition.batchRules();
    }

    @Override
    public SequenceTemplate template() {
        return definition.template();
    }

    @Override
    public String decode(int[] tokenIds, boolean skipSpecial) {
        List<String> kept = Arrays.stream(tokenIds).filter(id -> !(table.isSpecial(id) && skipSpecial)).mapToObj(table::token).toList();
        return WordPieceDecoder.join(kept, definition.prefix(), definition.cleanUp());
    }

    @Override
    public int id(String token) {
        return table.id(token);
    }

    @Override
    public boolean contains(String token) {
        return table.contains(token);
    }

    @Override
    public String token(int id) {
        return table.token(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return table.isSpecial(id);
    }

    @Override
    public List<AddedToken> addedTokens() {
        return definition.addedTokens();
    }

    @Override
    public int vocabularySize() {
        return table.size();
    }
}
