package embedrl.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The comparisons that can be run. */
enum Suite {
    GEMM {
        @Override
        Report run(Bench bench) throws IOException {
            return GemmSuite.run(bench);
        }
    },
    TRAIN {
        @Override
        Report run(Bench bench) throws IOException {
            return TrainSuite.run(bench);
        }
    },
    EMBED {
        @Override
        Report run(Bench bench) throws IOException {
            return EmbedSuite.run(bench);
        }
    },
    DECODE {
        @Override
        Report run(Bench bench) throws IOException {
            return DecodeSuite.run(bench);
        }
    },
    EGRL {
        @Override
        Report run(Bench bench) throws IOException {
            return EgRlSuite.run(bench);
        }
    },
    MEMORY {
        @Override
        Report run(Bench bench) throws IOException {
            return MemorySuite.run(bench);
        }
    };

    abstract Report run(Bench bench) throws IOException;

    static String names() {
        return Arrays.stream(values()).map(Suite::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
