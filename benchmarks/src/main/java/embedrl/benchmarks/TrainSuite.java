package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Speed of the training step, in tokens a second, against PyTorch as it comes, with MKL told that the processor is Intel's, and in Python. */
final class TrainSuite {
    static final String WORKLOAD = "6 layers, width 384, 6 heads, FFN 1536, vocabulary 256, T 128, B 16, AdamW";
    private static final List<String> PEERS = List.of("pytorch", "pytorch-plus", "pytorch-python", "torch-compile");
    private static final double LOSS_TOLERANCE = 1e-3;

    private TrainSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int threads : bench.threads()) {
            Map<String, SideProcess> peers = new LinkedHashMap<>();
            try (SideProcess ours = SideProcess.start("train-ours", threads, bench.quick())) {
                for (String peer : PEERS) peers.put(peer, SideProcess.start("train-" + peer, threads, bench.quick()));
                JsonNode own = ours.warm("step");
                Map<String, String> shown = new LinkedHashMap<>();   // a peer in Python is named after its version
                for (var peer : peers.entrySet()) {
                    shown.put(peer.getKey(), peer.getKey());
                    if (peer.getValue().isMissing()) continue;
                    JsonNode theirs = peer.getValue().warm("step");
                    if (theirs.has("peer")) shown.put(peer.getKey(), theirs.get("peer").asString());
                    notes.add(shown.get(peer.getKey()) + ", " + (theirs.has("losses") ? agreement(own.get("losses"), theirs.get("losses"), threads) : sizes(own, theirs)));
                }
                Map<String, Double> medians = Rounds.medians(ours, peers, "step", bench.rounds());
                peers.forEach((name, peer) -> comparisons.add(
                        Comparison.to(peer, "train", WORKLOAD, threads, Unit.TOKENS_PER_SECOND, medians.get(Rounds.OURS), shown.get(name), () -> medians.get(name))));
                JsonNode end = ours.finish();
                if (threads == bench.threads().getFirst()) notes.add(end.get("explain").asString());
                StringBuilder names = new StringBuilder("ours: " + end.get("name").asString());
                for (var peer : peers.entrySet())
                    if (!peer.getValue().isMissing()) names.append("; ").append(shown.get(peer.getKey())).append(": ").append(peer.getValue().finish().get("name").asString());
                notes.add(names + "\n" + end.get("profile").asString());
            } finally {
                for (SideProcess peer : peers.values()) peer.close();
            }
        }
        comparisons.addAll(RowSuite.run(bench));
        notes.add("GB/s count what an operation reads and writes. In memory: held against a = b + 3 c on arrays of 64 MiB each. In cache: PyTorch through DJL, each call with a fresh result,\n"
                + "and our program with a result that stays.");
        return new Report("train", comparisons, notes);
    }

    /** A peer that begins with weights of its own must have as many. */
    private static String sizes(JsonNode ours, JsonNode theirs) {
        if (!ours.get("parameters").equals(theirs.get("parameters")))
            throw new IllegalStateException("the two sides do not train models of the same size: " + ours.get("parameters") + " and " + theirs.get("parameters") + " parameters");
        return "its own random weights, " + theirs.get("parameters") + " parameters on both sides";
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
