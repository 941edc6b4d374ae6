package embedrl.models.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Byte-pair encoding as its definition reads, on strings, with repeated scans: the oracle of the tests. */
final class NaiveBpe {
    private NaiveBpe() {}

    /** Byte symbols from the definition: the printable ranges, then the rest counted from 256. */
    static List<String> symbols(String word) {
        List<Integer> printable = new ArrayList<>();
        for (int b = 33; b <= 126; b++) {
            printable.add(b);
        }
        for (int b = 161; b <= 172; b++) {
            printable.add(b);
        }
        for (int b = 174; b <= 255; b++) {
            printable.add(b);
        }
        List<String> symbols = new ArrayList<>();
        for (byte signed : word.getBytes(StandardCharsets.UTF_8)) {
            int b = signed & 0xff;
            int others = (int) printable.stream().filter(p -> p < b).count();
            symbols.add(String.valueOf((char) (printable.contains(b) ? b : 256 + b - others)));
        }
        return symbols;
    }

    /** Merges the pair that stands first in the list, its leftmost occurrence, until none is left. */
    static List<String> merge(String word, List<BpeDefinition.Merge> merges) {
        List<String> symbols = symbols(word);
        while (true) {
            int bestRank = merges.size();
            int bestAt = -1;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int rank = merges.indexOf(new BpeDefinition.Merge(symbols.get(i), symbols.get(i + 1)));
                if (rank >= 0 && rank < bestRank) {
                    bestRank = rank;
                    bestAt = i;
                }
            }
            if (bestAt < 0) {
                return symbols;
            }
            symbols.set(bestAt, symbols.get(bestAt) + symbols.remove(bestAt + 1));
        }
    }

    /** Learns merges by counting all pairs anew in every round; ties by the order of the tokens' making. */
    static List<BpeDefinition.Merge> train(Map<String, Integer> words, int count) {
        List<BpeDefinition.Merge> merges = new ArrayList<>();
        Map<String, Integer> made = new HashMap<>();
        TreeMap<String, Integer> alphabet = new TreeMap<>();
        for (int b = 0; b < 256; b++) {
            alphabet.put(ByteSymbols.symbol(b), 0);
        }
        alphabet.keySet().forEach(symbol -> made.put(symbol, made.size()));
        while (merges.size() < count) {
            Map<BpeDefinition.Merge, Integer> counts = new HashMap<>();
            words.forEach((word, times) -> {
                List<String> symbols = merge(word, merges);
                for (int i = 0; i + 1 < symbols.size(); i++) {
                    counts.merge(new BpeDefinition.Merge(symbols.get(i), symbols.get(i + 1)), times, Integer::sum);
                }
            });
            counts.keySet().removeIf(pair -> made.containsKey(pair.left() + pair.right()));
            BpeDefinition.Merge best = counts.keySet().stream().min(java.util.Comparator
                    .comparingInt((BpeDefinition.Merge pair) -> -counts.get(pair))
                    .thenComparingInt(pair -> made.get(pair.left())).thenComparingInt(pair -> made.get(pair.right()))).orElse(null);
            if (best == null || counts.get(best) < 2) {
                break;
            }
            made.put(best.left() + best.right(), made.size());
            merges.add(best);
        }
        return merges;
    }
}
