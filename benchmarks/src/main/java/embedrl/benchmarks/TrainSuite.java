package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Speed of the training step, in tokens a second. */
final class TrainSuite {
    static final String WORKLOAD = "6 layers, width 384, 6 heads, FFN 1536, vocabulary 256, T 128, B 16, AdamW";
    private static final double LOSS_TOLERANCE = 1e-3;

    private TrainSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int threads : bench.threads()) {
            try (SideProcess ours = SideProcess.start("train-ours", threads, bench.quick());
                    SideProcess theirs = SideProcess.start("train-pytorch", threads, bench.quick())) {
                JsonNode ourFirst = ours.warm("step");
                if (!theirs.isMissing()) notes.add(agreement(ourFirst.get("losses"), theirs.warm("step").get("losses"), threads));
                Rounds rounds = Rounds.run(ours, theirs, "step", bench.rounds());
                comparisons.add(theirs.isMissing()
                        ? Comparison.missing("train", WORKLOAD, threads, Unit.TOKENS_PER_SECOND, rounds.ours(), "pytorch", theirs.missing())
                        : Comparison.of("train", WORKLOAD, threads, Unit.TOKENS_PER_SECOND, rounds.ours(), "pytorch", rounds.theirs()));
                JsonNode end = ours.finish();
                if (threads == bench.threads().getFirst()) notes.add(end.get("explain").asString());
                notes.add("ours: " + end.get("name").asString() + (theirs.isMissing() ? "" : "; theirs: " + theirs.finish().get("name").asString()) + "\n"
                        + end.get("profile").asString());
            }
        }
        return new Report("train", comparisons, notes);
    }

    /** Both sides must train the same model: from the same weights, the losses of the first steps agree. */
    static String agreement(JsonNode ours, JsonNode theirs, int threads) {
        StringBuilder text = new StringBuilder(threads + (threads == 1 ? " thread" : " threads") + ", loss of the first steps, ours and theirs:");
        for (int i = 0; i < ours.size(); i++) {
            double a = ours.get(i).asDouble(Double.NaN);   // JSON has no number for NaN
            double b = theirs.get(i).asDouble(Double.NaN);
            text.append(String.format(Locale.ROOT, "%s %.5f %.5f", i == 0 ? "" : ";", a, b));
            if (!(Math.abs(a - b) <= LOSS_TOLERANCE))
                throw new IllegalStateException(text + ": step " + (i + 1) + " differs by more than " + LOSS_TOLERANCE + ", so the two sides do not train the same model");
        }
        return text.toString();
    }
}
