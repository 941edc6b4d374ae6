package embedrl.models.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns text into token identifiers and back with byte-pair encoding, over bytes or over characters.
 *
 * <p>Added tokens are cut out first; what lies between is normalized, split into words and merged. Nothing is added
 * at either end: templates do that. Any thread may use one tokenizer.
 */
public final class BpeTokenizer implements Tokenizer {
    private final BpeDefinition definition;
    private final TokenTable table;
    // What a token is for decoding: an added one that is matched after normalization is decoded normalized, as in the reference.
    private final String[] decoded;
    private final byte[][] tokenBytes;
    private final BpeModel model;
    private final TextNormalizer normalizer;
    private final AddedTokenMatcher before;
    private final AddedTokenMatcher after;

    /** A tokenizer of a definition. */
    public BpeTokenizer(BpeDefinition definition) {
        this.definition = definition;
        boolean byteLevel = definition.preTokenizer().isByteLevel();
        table = new TokenTable(definition.vocabulary(), definition.addedTokens());
        int size = table.size();
        decoded = new String[size];
        tokenBytes = new byte[size][];
        for (int id = 0; id < size; id++) {
            decoded[id] = table.isUsed(id) ? table.token(id) : null;
        }
        normalizer = definition.normalizer();
        definition.addedTokens().forEach(added -> decoded[added.id()] = added.normalized() ? normalizer.apply(added.content()) : added.content());
        for (int id = 0; id < size; id++) {
            if (decoded[id] != null) {
                tokenBytes[id] = byteLevel ? ByteSymbols.bytes(decoded[id]) : characterBytes(decoded[id]);
            }
        }
        String unknown = definition.unknown().token();
        model = new BpeModel(definition, unknown == null ? -1 : table.id(unknown));
        before = new AddedTokenMatcher(definition.addedTokens().stream().filter(token -> !token.normalized()).toList(), text -> text);
        after = new AddedTokenMatcher(definition.addedTokens().stream().filter(AddedToken::normalized).toList(), normalizer::apply);
    }

    /** Reads a Hugging Face {@code tokenizer.json}. */
    public static BpeTokenizer load(Path path) throws IOException {
        return new BpeTokenizer(TokenizerFile.read(path));
    }

    /** Writes a Hugging Face {@code tokenizer.json}. */
    public void save(Path path) throws IOException {
        TokenizerFile.write(path, definition);
    }

    /** What defines this tokenizer. */
    public BpeDefinition definition() {
        return definition;
    }

    @Override
    public int vocabularySize() {
        return table.size();
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

    /** The bytes of a token's text; where a vocabulary is made of characters, without what its decoder does at the ends of a text. */
    public byte[] bytes(int id) {
        table.check(id);
        return tokenBytes[id].clone();
    }

    @Override
    public boolean isSpecial(int id) {
        return table.isSpecial(id);
    }

    /** {@inheritDoc} A byte that the vocabulary lacks is left out, as in the reference. */
    @Override
    public int[] encode(String text) {
        IntStream.Builder out = IntStream.builder();
        before.cut(text, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                encodeNormalized(normalizer.apply(text.substring(start, end)), out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id());
            }
        });
        return out.build().toArray();
    }

    @Override
    public Encoding encodeWithOffsets(String text) {
        EncodingBuilder out = new EncodingBuilder(definition.trim());
        before.cut(text, new AddedTokenMatcher.Parts() {
            private int chars;
            private int codePoints;

            @Override
            public void text(int start, int end) {
                encodeNormalized(normalizer.apply(AlignedText.of(text.substring(start, end), codePoint(start))), out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id(), text.substring(start, end), codePoint(start), codePoint(end));
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

    @Override
    public BatchRules batchRules() {
        return definition.batchRules();
    }

    @Override
    public SequenceTemplate template() {
        return definition.template();
    }

    /** The identifiers of a text in which added tokens mean nothing: for text from outside that must not open a turn or an image. */
    public int[] encodeOrdinary(String text) {
        IntStream.Builder out = IntStream.builder();
        encodeWords(normalizer.apply(text), out);
        return out.build().toArray();
    }

    @Override
    public String decode(int[] tokenIds, boolean skipSpecial) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * tokenIds.length);
        List<String> characters = new ArrayList<>();
        boolean byteLevel = definition.preTokenizer().isByteLevel();
        for (int id : tokenIds) {
            if (table.isSpecial(id) && skipSpecial) {
                continue;
            }
            if (byteLevel) {
                bytes.writeBytes(tokenBytes[id]);
            } else {
                characters.add(decoded[id]);
            }
        }
        if (!byteLevel) {
            return definition.decoder().decode(characters);
        }
        return LossyUtf8.decode(bytes.toByteArray(), 0, bytes.size());
    }

    @Override
    public List<AddedToken> addedTokens() {
        return definition.addedTokens();
    }

    private void encodeNormalized(String part, IntStream.Builder out) {
        after.cut(part, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                encodeWords(part.substring(start, end), out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id());
            }
        });
    }

    private void encodeNormalized(AlignedText part, EncodingBuilder out) {
        after.cut(part.text(), new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                encodeWords(part.range(start, end), out);
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                out.add(token.id(), part.text().substring(start, end), part.start(start), part.end(end - 1));
            }
        });
    }

    private void encodeWords(String text, IntStream.Builder out) {
        definition.preTokenizer().split(text, (word, start, prefixed) -> {
            for (int id : model.ids(word)) {
                out.add(id);
            }
        });
    }

    private void encodeWords(AlignedText text, EncodingBuilder out) {
        definition.preTokenizer().split(text.text(), (word, start, prefixed) -> {
            BpeModel.Word tokens = model.word(word);
            int[] charOfByte = LossyUtf8.charOfByte(word);
            // A space put before the word has the range of the word's first character.
            int shift = prefixed ? 1 : 0;
            int from = 0;
            for (int i = 0; i < tokens.ids().length; i++) {
                int to = from + tokens.bytes()[i];
                int first = Math.max(start, start + charOfByte[from] - shift);
                int last = Math.max(start, start + charOfByte[to - 1] - shift);
                out.add(tokens.ids()[i], table.token(tokens.ids()[i]), text.start(first), text.end(last));
                from = to;
            }
        });
    }

    private byte[] characterBytes(String token) {
        int value = ByteTokens.value(token);
        boolean fallback = value >= 0 && definition.decoder().steps().contains(new TokenDecoder.ByteFallback());
        if (fallback) {
            return new byte[] {(byte) value};
        }
        String text = token;
        for (TokenDecoder.Step step : definition.decoder().steps()) {
            if (step instanceof TokenDecoder.Replace(String pattern, String content)) {
                text = text.replace(pattern, content);
            }
        }
        return LossyUtf8.encode(text);
    }
}
