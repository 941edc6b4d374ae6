package embedrl.embedrl.reward;

import embedrl.embedrl.tcot.Sections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A judge without a model: chooses the candidate whose rethink and answer words agree best with the anchor's.
 *
 * <p>Agreement is the cosine of tf-idf vectors, with document frequencies counted over the anchor and the candidates of this one call, so a word that all of
 * them share decides little. Deterministic; of equal candidates the first shown is chosen, and none if nothing overlaps.
 */
public final class KeywordOverlapJudge implements Judge {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    @Override
    public OptionalInt choose(String anchor, List<String> candidates) {
        return choose(words(anchor), candidates.stream().map(KeywordOverlapJudge::words).toList());
    }

    /** One that reads each text once. */
    @Override
    public Judge forRound() {
        Map<String, Map<String, Integer>> read = new HashMap<>();
        return (anchor, candidates) -> choose(read.computeIfAbsent(anchor, KeywordOverlapJudge::words),
                candidates.stream().map(candidate -> read.computeIfAbsent(candidate, KeywordOverlapJudge::words)).toList());
    }

    private static OptionalInt choose(Map<String, Integer> anchor, List<Map<String, Integer>> candidates) {
        Map<String, Double> rarity = rarity(anchor, candidates);
        double length = length(anchor, rarity);
        OptionalInt best = OptionalInt.empty();
        double bestOverlap = 0;
        for (int i = 0; i < candidates.size(); i++) {
            double dot = dot(anchor, candidates.get(i), rarity);
            double overlap = dot == 0 ? 0 : dot / (length * length(candidates.get(i), rarity));
            if (overlap > bestOverlap) {
                bestOverlap = overlap;
                best = OptionalInt.of(i + 1);
            }
        }
        return best;
    }

    /** Word counts of the sections that summarize; of the whole text when it has none of them. Sorted, so that sums do not depend on hashing. */
    private static Map<String, Integer> words(String block) {
        Sections sections = Sections.of(block);
        String text = sections.rethink() + " " + sections.answer();
        var counts = new TreeMap<String, Integer>();
        WORD.matcher(text.toLowerCase(Locale.ROOT)).results().forEach(word -> counts.merge(word.group(), 1, Integer::sum));
        return counts;
    }

    /** Smoothed inverse document frequency of each word: never 0, so two identical texts agree even where every text is the same. */
    private static Map<String, Double> rarity(Map<String, Integer> anchor, List<Map<String, Integer>> candidates) {
        Map<String, Integer> documents = new HashMap<>();
        Stream.concat(Stream.of(anchor), candidates.stream()).forEach(words -> words.keySet().forEach(word -> documents.merge(word, 1, Integer::sum)));
        Map<String, Double> rarity = new HashMap<>();
        documents.forEach((word, count) -> rarity.put(word, Math.log((2.0 + candidates.size()) / (1 + count)) + 1));
        return rarity;
    }

    private static double dot(Map<String, Integer> a, Map<String, Integer> b, Map<String, Double> rarity) {
        double dot = 0;
        for (var entry : a.entrySet()) {
            Integer other = b.get(entry.getKey());
            if (other != null) {
                double weight = rarity.get(entry.getKey());
                dot += entry.getValue() * weight * (other * weight);
            }
        }
        return dot;
    }

    private static double length(Map<String, Integer> words, Map<String, Double> rarity) {
        double squares = 0;
        for (var entry : words.entrySet()) {
            double weight = entry.getValue() * rarity.get(entry.getKey());
            squares += weight * weight;
        }
        return Math.sqrt(squares);
    }
}
