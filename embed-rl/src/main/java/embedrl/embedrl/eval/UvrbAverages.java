package embedrl.embedrl.eval;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * The aggregates of the universal video retrieval benchmark, UVRB (Embed-RL, UVRB protocol).
 *
 * @param groups     mean by group of sets: TXT, CMP, VIS, CG, FG, LC, S, T, PR
 * @param average    mean of the six groups TXT, CMP, VIS, CG, FG and LC
 * @param meanOfSets mean over the 16 sets
 */
public record UvrbAverages(SequencedMap<String, Double> groups, double average, double meanOfSets) {

    private static final List<String> COARSE = List.of("MSRVTT", "DiDeMo", "CRB-G");
    private static final List<String> SPATIAL = List.of("CRB-S", "VDC-O");
    private static final List<String> TEMPORAL = List.of("CRB-T", "CMRB");
    private static final List<String> PARTIAL = List.of("DREAM-E", "LoVR-TH", "PEV-K");
    private static final List<String> LONG_CONTEXT = List.of("LoVR-V", "VDC-D");
    private static final List<String> COMPOSED = List.of("MS-TI", "MS-TV");
    private static final List<String> VISUAL = List.of("MSRVTT-I2V", "LoVR-C2V");
    private static final List<String> FINE = joined(SPATIAL, TEMPORAL, PARTIAL);
    private static final List<String> TEXT = joined(COARSE, FINE, LONG_CONTEXT);

    /** The 16 sets. */
    public static final List<String> SETS = joined(TEXT, COMPOSED, VISUAL);

    public UvrbAverages {
        groups = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(groups));
    }

    /** At which k a set's recall is reported: 10 for CMRB and LoVR-TH, else 1. */
    public static int cutoff(String set) {
        return set.equals("CMRB") || set.equals("LoVR-TH") ? 10 : 1;
    }

    /**
     * The aggregates of one score per set.
     *
     * @param scores by set, exactly the {@link #SETS}
     */
    public static UvrbAverages of(Map<String, Double> scores) {
        if (!scores.keySet().equals(new TreeSet<>(SETS))) {
            throw new IllegalArgumentException("uvrb averages: scores must be given for exactly " + SETS + ", got " + new TreeSet<>(scores.keySet()));
        }
        var groups = new LinkedHashMap<String, Double>();
        groups.put("TXT", mean(TEXT, scores));
        groups.put("CMP", mean(COMPOSED, scores));
        groups.put("VIS", mean(VISUAL, scores));
        groups.put("CG", mean(COARSE, scores));
        groups.put("FG", mean(FINE, scores));
        groups.put("LC", mean(LONG_CONTEXT, scores));
        groups.put("S", mean(SPATIAL, scores));
        groups.put("T", mean(TEMPORAL, scores));
        groups.put("PR", mean(PARTIAL, scores));
        double average = mean(List.of("TXT", "CMP", "VIS", "CG", "FG", "LC"), groups);
        return new UvrbAverages(groups, average, mean(SETS, scores));
    }

    private static double mean(List<String> names, Map<String, Double> values) {
        return names.stream().mapToDouble(values::get).sum() / names.size();
    }

    @SafeVarargs
    private static List<String> joined(List<String>... lists) {
        return Arrays.stream(lists).flatMap(List::stream).toList();
    }
}
