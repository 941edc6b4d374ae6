package embedrl.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The comparisons that can be run. */
enum Suite {
    GEMM(GemmSuite::run),
    TRAIN(TrainSuite::run),
    EMBED(EmbedSuite::run),
    DECODE(DecodeSuite::run),
    EGRL(EgRlSuite::run),
    MEMORY(MemorySuite::run);

    private interface Runner {
        Report run(Bench bench) throws IOException;
    }

    private final Runner runner;

    Suite(Runner runner) {
        this.runner = runner;
    }

    Report run(Bench bench) throws IOException {
        return runner.run(bench);
    }

    static String names() {
        return Arrays.stream(values()).map(Suite::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
