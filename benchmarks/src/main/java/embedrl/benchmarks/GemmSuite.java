package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Speed of single-precision matrix products, against every native library that is here and the best of them. */
final class GemmSuite {
    private static final List<String> PEERS = List.of("openblas", "mlas", "pytorch", "pytorch-plus", "nd4j", "ejml", "jlama", "jlama-native");
    private static final List<String> NATIVE = List.of("openblas", "mlas");

    private GemmSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>(List.of("Cases are m x k x n; NT and TN name which operand is transposed in memory. best is the best of openblas and mlas. PyTorch's "
                + "figure holds DJL's call\nand a fresh result; pytorch-plus is PyTorch with MKL told that the processor is Intel's. OpenBLAS is told which kernels to use.\nJlama multiplies rows with rows alone and gets its right operand transposed in memory. Elements of each result were compared before timing."));
        for (int threads : bench.threads()) {
            Map<String, SideProcess> peers = new LinkedHashMap<>();
            try (SideProcess ours = SideProcess.start("gemm-ours", threads, bench.quick())) {
                for (String peer : PEERS) peers.put(peer, SideProcess.start("gemm-" + peer, threads, bench.quick()));
                for (GemmCase c : GemmCase.ALL) comparisons.addAll(compare(c, threads, ours, peers, bench.rounds()));
                for (Map.Entry<String, SideProcess> peer : peers.entrySet())
                    if (!peer.getValue().isMissing()) notes.add(threads + " threads, " + peer.getKey() + ": " + peer.getValue().finish().get("name").asString());
            } finally {
                for (SideProcess peer : peers.values()) peer.close();
            }
        }
        return new Report("gemm", comparisons, notes);
    }

    private static List<Comparison> compare(GemmCase c, int threads, SideProcess ours, Map<String, SideProcess> peers, int rounds) throws IOException {
        JsonNode own = ours.warm(c.name()).get("elements");
        Map<String, SideProcess> able = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Map.Entry<String, SideProcess> peer : peers.entrySet()) {
            if (peer.getValue().isMissing()) {
                reasons.put(peer.getKey(), peer.getValue().missing());
                continue;
            }
            JsonNode theirs = peer.getValue().warm(c.name());
            if (theirs.has("unsupported")) {
                reasons.put(peer.getKey(), theirs.get("unsupported").asString());
                continue;
            }
            Optional<String> difference = difference(c, own, theirs.get("elements"));
            if (difference.isPresent()) reasons.put(peer.getKey(), difference.get());
            else able.put(peer.getKey(), peer.getValue());
        }
        Map<String, Double> medians = Rounds.medians(ours, able, c.name(), rounds);
        List<Comparison> comparisons = new ArrayList<>();
        for (String peer : peers.keySet()) comparisons.add(compare(c, threads, medians, peer, reasons.get(peer)));
        double best = NATIVE.stream().mapToDouble(name -> medians.getOrDefault(name, 0.0)).max().orElseThrow();
        if (best > 0) medians.put("best", best);
        comparisons.add(compare(c, threads, medians, "best", "none of " + String.join(", ", NATIVE) + " is here"));
        return comparisons;
    }

    private static Comparison compare(GemmCase c, int threads, Map<String, Double> medians, String peer, String reason) {
        double ours = medians.get(Rounds.OURS);
        return medians.containsKey(peer) ? Comparison.of("gemm", c.name(), threads, Unit.GFLOPS, ours, peer, medians.get(peer))
                : Comparison.missing("gemm", c.name(), threads, Unit.GFLOPS, ours, peer, reason);
    }

    /** What differs between a peer's product and ours; it is then not timed. Both sum k products of values in -1..1, in any order. */
    static Optional<String> difference(GemmCase c, JsonNode ours, JsonNode theirs) {
        for (int i = 0; i < ours.size(); i++) {
            double a = ours.get(i).asDouble(Double.NaN);
            double b = theirs.get(i).asDouble(Double.NaN);
            if (!(Math.abs(a - b) <= 1e-5 * c.k())) return Optional.of(String.format(Locale.ROOT, "its product differs, element %d of %d compared is %.5g and ours %.5g", i + 1, ours.size(), b, a));
        }
        return Optional.empty();
    }
}
