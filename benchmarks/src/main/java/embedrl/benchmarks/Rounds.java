package embedrl.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Medians of two processes that are measured in turns, so that both see the same disturbances of the machine. */
record Rounds(double ours, double theirs) {
    /** Both sides are warm; theirs is NaN where the peer is missing. */
    static Rounds run(SideProcess ours, SideProcess theirs, String workload, int rounds) throws IOException {
        double[] a = new double[rounds];
        double[] b = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            a[i] = ours.round(workload);
            b[i] = theirs.isMissing() ? Double.NaN : theirs.round(workload);
        }
        return new Rounds(median(a), median(b));
    }

    /** As {@link #run} with several peers; medians by name, missing peers left out, ours as "ours". */
    static Map<String, Double> medians(SideProcess ours, Map<String, SideProcess> peers, String workload, int rounds) throws IOException {
        Map<String, double[]> figures = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            figures.computeIfAbsent("ours", _ -> new double[rounds])[i] = ours.round(workload);
            for (Map.Entry<String, SideProcess> peer : peers.entrySet())
                if (!peer.getValue().isMissing()) figures.computeIfAbsent(peer.getKey(), _ -> new double[rounds])[i] = peer.getValue().round(workload);
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        figures.forEach((name, values) -> medians.put(name, median(values)));
        return medians;
    }

    /** The middle value, or the mean of the two middle ones. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
