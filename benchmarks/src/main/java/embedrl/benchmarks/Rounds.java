package embedrl.benchmarks;

import java.io.IOException;
import java.util.Arrays;

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

    /** The middle value, or the mean of the two middle ones. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
