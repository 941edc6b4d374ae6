package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Speed of single-precision matrix products, against every native library that is here and the best of them. */
final class GemmSuite {
    private static final List<String> PEERS = List.of("openblas", "mlas", "pytorch", "pytorch-plus");

    private GemmSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>(List.of("Cases are m x k x n; NT and TN name which operand is transposed in memory. best is the best of openblas and mlas. PyTorch's "
                + "figure holds DJL's call\nand a fresh result; pytorch-plus is PyTorch with MKL told that the processor is Intel's. OpenBLAS is told which kernels to use."));
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
        ours.warm(c.name());
        for (SideProcess peer : peers.values()) if (!peer.isMissing()) peer.warm(c.name());
        Map<String, Double> medians = Rounds.medians(ours, peers, c.name(), rounds);
        double own = medians.get(Rounds.OURS);
        List<Comparison> comparisons = new ArrayList<>();
        peers.forEach((name, peer) -> comparisons.add(Comparison.to(peer, "gemm", c.name(), threads, Unit.GFLOPS, own, name, () -> medians.get(name))));
        double best = Math.max(medians.getOrDefault("openblas", 0.0), medians.getOrDefault("mlas", 0.0));
        comparisons.add(best == 0 ? Comparison.missing("gemm", c.name(), threads, Unit.GFLOPS, own, "best", "neither openblas nor mlas is here")
                : Comparison.of("gemm", c.name(), threads, Unit.GFLOPS, own, "best", best));
        return comparisons;
    }
}
