package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Speed of single-precision matrix products. */
final class GemmSuite {
    private GemmSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        for (int threads : bench.threads()) {
            try (SideProcess ours = SideProcess.start("gemm-ours", threads, bench.quick());
                    SideProcess theirs = SideProcess.start("gemm-pytorch", threads, bench.quick())) {
                for (GemmCase c : GemmCase.ALL) {
                    ours.warm(c.name());
                    if (!theirs.isMissing()) theirs.warm(c.name());
                    Rounds rounds = Rounds.run(ours, theirs, c.name(), bench.rounds());
                    comparisons.add(theirs.isMissing() ? Comparison.missing("gemm", c.name(), threads, Unit.GFLOPS, rounds.ours(), "pytorch", theirs.missing())
                            : Comparison.of("gemm", c.name(), threads, Unit.GFLOPS, rounds.ours(), "pytorch", rounds.theirs()));
                }
            }
        }
        return new Report("gemm", comparisons, List.of("Cases are m x k x n; NT and TN name which operand is transposed in memory. PyTorch's figure holds DJL's call and a fresh result."));
    }
}
