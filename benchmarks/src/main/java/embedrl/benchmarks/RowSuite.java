package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The part of the suite train beside products and attention: {@link RowCase} against the bandwidth of the machine and against PyTorch. */
final class RowSuite {
    private static final double TOLERANCE = 1e-5;

    private RowSuite() {
    }

    static List<Comparison> run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        for (int threads : bench.threads()) {
            try (SideProcess ours = SideProcess.start("rows-ours", threads, bench.quick());
                    SideProcess floor = SideProcess.start("rows-floor", threads, bench.quick());
                    SideProcess torch = SideProcess.start("rows-pytorch", threads, bench.quick())) {
                for (RowCase c : RowCase.values()) comparisons.add(compare(c, threads, bench, ours, c.peer(), c.peer().equals("floor") ? floor : torch));
            }
        }
        return comparisons;
    }

    private static Comparison compare(RowCase c, int threads, Bench bench, SideProcess ours, String peer, SideProcess theirs) throws IOException {
        JsonNode own = ours.warm(c.toString());
        if (!theirs.isMissing()) {
            JsonNode answer = theirs.warm(c.toString());
            if (answer.has("elements")) check(c, own.get("elements"), peer, answer.get("elements"));
        }
        Map<String, Double> medians = Rounds.medians(ours, Map.of(peer, theirs), c.toString(), bench.rounds());
        return Comparison.to(theirs, "train", c.toString(), threads, Unit.GIGABYTES_PER_SECOND, medians.get(Rounds.OURS), peer, () -> medians.get(peer));
    }

    /** Both sides must compute the same before one is timed. */
    static void check(RowCase c, JsonNode ours, String peer, JsonNode theirs) {
        for (int i = 0; i < ours.size(); i++) {
            double a = ours.get(i).asDouble(Double.NaN);
            double b = theirs.get(i).asDouble(Double.NaN);
            if (!(Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(b))))
                throw new IllegalStateException(c + ": element " + (i + 1) + " of " + ours.size() + " compared is " + a + " here and " + b + " with " + peer + ", so the two sides do not compute the same");
        }
    }
}
