package embedrl.models.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Merges the characters or bytes of one word into tokens. Short words are remembered. */
final class BpeModel {
    private static final int CACHED_WORDS = 1 << 16;
    private static final int LONGEST_CACHED = 64;

    private final Map<String, Integer> vocabulary;
    private final boolean byteLevel;
    private final boolean ignoreMerges;
    private final BpeDefinition.Unknown unknown;
    private final int unknownId;
    private final int[] byteIds = new int[256];
    private final MergeTable merges;
    private final Map<String, int[]> words = new ConcurrentHashMap<>();

    /**
     * The tokens of a word and how many of its bytes each takes.
     *
     * @param bytes lengths in UTF-8 [T]
     */
    record Word(int[] ids, int[] bytes) {}

    BpeModel(BpeDefinition definition, int unknownId) {
        vocabulary = definition.vocabulary();
        byteLevel = definition.preTokenizer().isByteLevel();
        ignoreMerges = definition.ignoreMerges();
        unknown = definition.unknown();
        this.unknownId = unknownId;
        for (int b = 0; b < 256; b++) {
            byteIds[b] = vocabulary.getOrDefault(byteLevel ? ByteSymbols.symbol(b) : ByteTokens.token(b), -1);
        }
        merges = new MergeTable(definition.merges().size());
        int rank = 0;
        for (BpeDefinition.Merge merge : definition.merges()) {
            merges.put(vocabulary.get(merge.left()), vocabulary.get(merge.right()), rank++, vocabulary.get(merge.left() + merge.right()));
        }
    }

    /** The identifiers of a word; the array is shared and must not be changed. */
    int[] ids(String word) {
        int[] known = words.get(word);
        if (known != null) {
            return known;
        }
        int[] result = word(word).ids();
        if (word.length() <= LONGEST_CACHED && words.size() < CACHED_WORDS) {
            words.put(word, result);
        }
        return result;
    }

    /** The identifiers of a word and the bytes they take. */
    Word word(String word) {
        byte[] bytes = LossyUtf8.encode(word);
        if (ignoreMerges) {
            Integer whole = vocabulary.get(byteLevel ? ByteSymbols.symbols(bytes) : word);
            if (whole != null) {
                return new Word(new int[] {whole}, new int[] {bytes.length});
            }
        }
        Symbols symbols = new Symbols(bytes.length);
        if (byteLevel) {
            for (byte b : bytes) {
                int id = byteIds[b & 0xff];
                if (id >= 0) {
                    symbols.add(id, 1);
                } else {
                    symbols.unknown(1);
                }
            }
        } else {
            word.codePoints().forEach(codePoint -> character(codePoint, symbols));
        }
        symbols.flush();
        return WordMerger.merge(merges, Arrays.copyOf(symbols.ids, symbols.count), symbols.bytes);
    }

    private void character(int codePoint, Symbols symbols) {
        String character = Character.toString(codePoint);
        Integer id = vocabulary.get(character);
        byte[] bytes = LossyUtf8.encode(character);
        if (id != null) {
            symbols.add(id, bytes.length);
        } else if (unknown.byteFallback() && allAreTokens(bytes)) {
            for (byte b : bytes) {
                symbols.append(byteIds[b & 0xff], 1);
            }
        } else {
            symbols.unknown(bytes.length);
        }
    }

    private boolean allAreTokens(byte[] bytes) {
        for (byte b : bytes) {
            if (byteIds[b & 0xff] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Tokens before merging. */
    private final class Symbols {
        private final int[] ids;
        private final int[] bytes;
        private int count;
        private int waiting;

        private Symbols(int most) {
            ids = new int[most];
            bytes = new int[most];
        }

        private void add(int id, int length) {
            flush();
            append(id, length);
        }

        private void append(int id, int length) {
            ids[count] = id;
            bytes[count++] = length;
        }

        private void unknown(int length) {
            if (unknownId < 0) {
                return;
            }
            if (!unknown.fused()) {
                flush();
            }
            waiting += length;
        }

        private void flush() {
            if (waiting > 0) {
                append(unknownId, waiting);
                waiting = 0;
            }
        }
    }
}
