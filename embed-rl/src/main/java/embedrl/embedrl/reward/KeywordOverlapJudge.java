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
        Map<String, Integer> anchorWords = words(anchor);
        List<Map<String, Integer>> candidateWords = candidates.stream().map(KeywordOverlapJudge::words).toList();
        Map<String, Integer> documents = new HashMap<>();
        Stream.concat(Stream.of(anchorWords), candidateWords.stream())
                .forEach(words -> words.keySet().forEach(word -> documents.merge(word, 1, Integer::sum)));

        OptionalInt best = OptionalInt.empty();
        double bestOverlap = 0;
        for (int i = 0; i < candidates.size(); i++) {
            double overlap = cosine(anchorWords, candidateWords.get(i), documents, candidates.size() + 1);
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

    private static double cosine(Map<String, Integer> a, Map<String, Integer> b, Map<String, Integer> documents, int total) {
        double dot = 0;
        for (var entry : a.entrySet()) {
            Integer other = b.get(entry.getKey());
            if (other != null) {
                dot += weight(entry.getKey(), entry.getValue(), documents, total) * weight(entry.getKey(), other, documents, total);
            }
        }
        return dot == 0 ? 0 : dot / (length(a, documents, total) * length(b, documents, total));
    }

    private static double length(Map<String, Integer> words, Map<String, Integer> documents, int total) {
        double squares = 0;
        for (var entry : words.entrySet()) {
            double weight = weight(entry.getKey(), entry.getValue(), documents, total);
            squares += weight * weight;
        }
        return Math.sqrt(squares);
    }

    /** Smoothed inverse document frequency: never 0, so two identical texts agree even where every text is the same. */
    private static double weight(String word, int count, Map<String, Integer> documents, int total) {
        return count * (Math.log((1.0 + total) / (1 + documents.get(word))) + 1);
    }
}
