package embedrl.models.tokenizer;

import embedrl.models.tokenizer.BpeDefinition.Merge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Learns a byte-level BPE vocabulary from texts.
 *
 * <p>The most frequent pair of neighbors within words becomes a token, again and again; of equally frequent pairs the one with the
 * lower identifiers, left before right, so the same words in any order give the same tokenizer. Identifiers: the 256 byte
 * symbols in the order of the symbols, the merges, the added tokens.
 */
public final class BpeTrainer {
    private static final Comparator<Candidate> ORDER =
            Comparator.comparingLong((Candidate c) -> -c.count()).thenComparingLong(Candidate::pair);

    private final List<String> tokens = new ArrayList<>();
    private final List<Merge> merges = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final Map<Long, Long> counts = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(ORDER);

    private record Candidate(long pair, long count) {}

    private static final class Word {
        private int[] symbols;
        private final long count;

        private Word(int[] symbols, long count) {
            this.symbols = symbols;
            this.count = count;
        }
    }

    private BpeTrainer() {}

    /**
     * Trains with GPT-2 splitting, where a number with the space before it can become one token.
     *
     * @param corpus         the texts; added tokens in them are cut out
     * @param vocabularySize how many tokens to make, at least 256 and the added ones; fewer result where no pair occurs twice any more
     * @param addedTokens    special tokens, which take the last identifiers
     */
    public static BpeTokenizer train(Iterable<String> corpus, int vocabularySize, List<String> addedTokens) {
        return train(corpus, vocabularySize, addedTokens, PreTokenizer.GPT2);
    }

    /** Trains with a splitting. */
    public static BpeTokenizer train(Iterable<String> corpus, int vocabularySize, List<String> addedTokens, PreTokenizer preTokenizer) {
        if (vocabularySize < 256 + addedTokens.size()) {
            throw new IllegalArgumentException("BPE training: 256 bytes and " + addedTokens.size() + " added tokens need a vocabulary of at least "
                    + (256 + addedTokens.size()) + ", got " + vocabularySize);
        }
        BpeTrainer trainer = new BpeTrainer();
        trainer.count(corpus, addedTokens, preTokenizer);
        trainer.merge(vocabularySize - addedTokens.size());
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        trainer.tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        List<AddedToken> added = IntStream.range(0, addedTokens.size())
                .mapToObj(i -> AddedToken.special(vocabulary.size() + i, addedTokens.get(i))).toList();
        return new BpeTokenizer(BpeDefinition.byteLevel(vocabulary, trainer.merges, added, preTokenizer));
    }

    private void count(Iterable<String> corpus, List<String> addedTokens, PreTokenizer preTokenizer) {
        AddedTokenMatcher matcher = new AddedTokenMatcher(addedTokens.stream().map(token -> AddedToken.special(0, token)).toList(), text -> text);
        Map<String, Long> frequencies = new TreeMap<>();
        corpus.forEach(text -> matcher.cut(text, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                String part = text.substring(start, end);
                preTokenizer.split(part, (word, from, prefixed) -> frequencies.merge(word, 1L, Long::sum));
            }

            @Override
            public void token(AddedToken token, int start, int end) {
                // An added token is whole already: it teaches no merges.
            }
        }));
        Map<String, Integer> symbols = new HashMap<>();
        IntStream.range(0, 256).mapToObj(ByteSymbols::symbol).sorted().forEach(symbol -> {
            symbols.put(symbol, tokens.size());
            tokens.add(symbol);
        });
        frequencies.forEach((word, count) -> {
            byte[] bytes = LossyUtf8.encode(word);
            words.add(new Word(IntStream.range(0, bytes.length).map(i -> symbols.get(ByteSymbols.symbol(bytes[i] & 0xff))).toArray(), count));
        });
        for (int i = 0; i < words.size(); i++) {
            addPairs(i, 1);
        }
        counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    }

    private void merge(int size) {
        Set<String> known = new HashSet<>(tokens);
        while (tokens.size() < size && !queue.isEmpty()) {
            Candidate best = queue.poll();
            // Counts change after a pair was queued; the change queued it again.
            if (counts.getOrDefault(best.pair(), 0L) != best.count()) {
                continue;
            }
            if (best.count() < 2) {
                return;
            }
            int left = (int) (best.pair() >>> 32);
            int right = (int) best.pair();
            String token = tokens.get(left) + tokens.get(right);
            // Two pairs can spell one token; the second would be a second identifier for it.
            if (!known.add(token)) {
                continue;
            }
            merges.add(new Merge(tokens.get(left), tokens.get(right)));
            tokens.add(token);
            apply(left, right, tokens.size() - 1);
        }
    }

    private void apply(int left, int right, int merged) {
        Set<Long> changed = new HashSet<>();
        for (int index : List.copyOf(places.get(pair(left, right)))) {
            Word word = words.get(index);
            collectPairs(word, changed);
            addPairs(index, -1);
            int[] symbols = word.symbols;
            int count = 0;
            for (int i = 0; i < symbols.length; i++) {
                boolean match = i + 1 < symbols.length && symbols[i] == left && symbols[i + 1] == right;
                symbols[count++] = match ? merged : symbols[i];
                i += match ? 1 : 0;
            }
            word.symbols = Arrays.copyOf(symbols, count);
            addPairs(index, 1);
            collectPairs(word, changed);
        }
        for (long pair : changed) {
            long count = counts.getOrDefault(pair, 0L);
            if (count > 0) {
                queue.add(new Candidate(pair, count));
            }
        }
    }

    private void addPairs(int index, int sign) {
        Word word = words.get(index);
        for (int i = 0; i + 1 < word.symbols.length; i++) {
            long pair = pair(word.symbols[i], word.symbols[i + 1]);
            if (counts.merge(pair, sign * word.count, Long::sum) == 0) {
                counts.remove(pair);
            }
            Set<Integer> where = places.computeIfAbsent(pair, p -> new HashSet<>());
            if (sign > 0) {
                where.add(index);
            } else {
                where.remove(index);
            }
        }
    }

    private static void collectPairs(Word word, Set<Long> pairs) {
        for (int i = 0; i + 1 < word.symbols.length; i++) {
            pairs.add(pair(word.symbols[i], word.symbols[i + 1]));
        }
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
