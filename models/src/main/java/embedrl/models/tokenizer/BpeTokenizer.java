package embedrl.models.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Turns text into token identifiers and back with byte-level byte-pair encoding.
 *
 * <p>Added tokens are cut out first; what lies between is normalized, split into words and merged byte by byte. Nothing is added
 * at either end: templates do that. Any thread may use one tokenizer.
 */
public final class BpeTokenizer implements Tokenizer {
    private static final int CACHED_WORDS = 1 << 16;
    private static final int LONGEST_CACHED = 64;

    private final BpeDefinition definition;
    private final Map<String, Integer> ids = new HashMap<>();
    private final String[] tokens;
    private final byte[][] tokenBytes;
    private final boolean[] special;
    private final int[] byteIds = new int[256];
    private final MergeTable merges;
    private final TextNormalizer normalizer;
    private final AddedTokenMatcher before;
    private final AddedTokenMatcher after;
    private final Map<String, int[]> words = new ConcurrentHashMap<>();

    /** A tokenizer of a definition. */
    public BpeTokenizer(BpeDefinition definition) {
        this.definition = definition;
        ids.putAll(definition.vocabulary());
        definition.addedTokens().forEach(added -> ids.put(added.content(), added.id()));
        int size = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        tokens = new String[size];
        tokenBytes = new byte[size][];
        special = new boolean[size];
        ids.forEach((token, id) -> {
            tokens[id] = token;
            tokenBytes[id] = ByteSymbols.bytes(token);
        });
        definition.addedTokens().forEach(added -> special[added.id()] = added.special());
        for (int b = 0; b < 256; b++) {
            byteIds[b] = definition.vocabulary().getOrDefault(ByteSymbols.symbol(b), -1);
        }
        merges = new MergeTable(definition.merges().size());
        int rank = 0;
        for (BpeDefinition.Merge merge : definition.merges()) {
            merges.put(ids.get(merge.left()), ids.get(merge.right()), rank++, ids.get(merge.left() + merge.right()));
        }
        normalizer = definition.normalizer();
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
        return tokens.length;
    }

    @Override
    public int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new IllegalArgumentException("tokenizer: no token '" + token + "' among " + ids.size());
        }
        return id;
    }

    @Override
    public boolean contains(String token) {
        return ids.containsKey(token);
    }

    @Override
    public String token(int id) {
        check(id);
        return tokens[id];
    }

    /** The bytes of a token's text. */
    public byte[] bytes(int id) {
        check(id);
        return tokenBytes[id].clone();
    }

    @Override
    public boolean isSpecial(int id) {
        check(id);
        return special[id];
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
        EncodingBuilder out = new EncodingBuilder();
        before.cut(text, new AddedTokenMatcher.Parts() {
            private int chars;
            private int codePoints;

            @Override
            public void text(int start, int end) {
                encodeNormalized(normalizer.apply(AlignedText.of(text.substring(start, end), codePoint(start))), out);
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
        for (int id : tokenIds) {
            check(id);
            if (!skipSpecial || !special[id]) {
                bytes.writeBytes(tokenBytes[id]);
            }
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
                out.add(token.id(), part.start(start), part.end(end - 1));
            }
        });
    }

    private void encodeWords(String text, IntStream.Builder out) {
        definition.preTokenizer().split(text, (start, end) -> {
            for (int id : word(text.substring(start, end))) {
                out.add(id);
            }
        });
    }

    private void encodeWords(AlignedText text, EncodingBuilder out) {
        definition.preTokenizer().split(text.text(), (start, end) -> {
            String word = text.text().substring(start, end);
            int[] charOfByte = LossyUtf8.charOfByte(word);
            int from = 0;
            for (int id : word(word)) {
                int to = from + tokenBytes[id].length;
                out.add(id, text.start(start + charOfByte[from]), text.end(start + charOfByte[to - 1]));
                from = to;
            }
        });
    }

    private int[] word(String word) {
        int[] known = words.get(word);
        if (known != null) {
            return known;
        }
        int[] result = merge(word);
        if (word.length() <= LONGEST_CACHED && words.size() < CACHED_WORDS) {
            words.put(word, result);
        }
        return result;
    }

    private int[] merge(String word) {
        byte[] bytes = LossyUtf8.encode(word);
        if (definition.ignoreMerges()) {
            StringBuilder symbols = new StringBuilder(bytes.length);
            for (byte b : bytes) {
                symbols.append(ByteSymbols.symbol(b & 0xff));
            }
            Integer whole = definition.vocabulary().get(symbols.toString());
            if (whole != null) {
                return new int[] {whole};
            }
        }
        int[] symbols = new int[bytes.length];
        int count = 0;
        for (byte b : bytes) {
            int id = byteIds[b & 0xff];
            if (id >= 0) {
                symbols[count++] = id;
            }
        }
        return WordMerger.merge(merges, Arrays.copyOf(symbols, count));
    }

    private void check(int id) {
        if (id < 0 || id >= tokens.length || tokens[id] == null) {
            throw new IllegalArgumentException("tokenizer: identifier " + id + " belongs to no token, the vocabulary has " + tokens.length);
        }
    }
}
