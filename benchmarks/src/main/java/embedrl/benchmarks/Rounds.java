package embedrl.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Medians of processes that are measured in turns, so that all see the same disturbances of the machine. */
final class Rounds {
    /** The name of our side. */
    static final String OURS = "ours";

    private Rounds() {
    }

    /** Medians by name, missing peers left out; all sides are warm. */
    static Map<String, Double> medians(SideProcess ours, Map<String, SideProcess> peers, String workload, int rounds) throws IOException {
        Map<String, double[]> figures = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            figures.computeIfAbsent(OURS, _ -> new double[rounds])[i] = ours.round(workload);
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
