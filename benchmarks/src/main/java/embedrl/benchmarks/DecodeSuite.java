package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoding against the floor: the larger of the time in which the machine reads the weights and the cache of a step, and the time in which it does the
 * step's multiplications. Both limits are measured in a process of their own, in turns with ours.
 */
final class DecodeSuite {
    private DecodeSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        for (int threads : bench.threads()) {
            try (SideProcess floor = SideProcess.start("decode-floor", threads, bench.quick())) {
                floor.warm("read");
                floor.warm("multiply");
                for (DecodeCase c : DecodeCase.all()) comparisons.add(compare(c, threads, bench, floor));
            }
        }
        return new Report("decode", comparisons, List.of(
                "Random weights in the sizes of SmolLM2-135M; 4-bit models keep the word table in 8 bits, as loading does. Each step reads its logits to the host.",
                "The floor is min(bytes per second, multiplications per second) for the step's weights and cache in the types in which they are kept."));
    }

    // A process per case: the weights of all together would not fit, and the compiler would see types that a real program does not mix.
    private static Comparison compare(DecodeCase c, int threads, Bench bench, SideProcess floor) throws IOException {
        Unit unit = c instanceof DecodeCase.Product ? Unit.GIGABYTES_PER_SECOND : Unit.TOKENS_PER_SECOND;
        try (SideProcess ours = SideProcess.start("decode-ours", threads, bench.quick())) {
            var work = ours.warm(c.name());
            double bytes = work.get("bytes").asDouble();
            double flops = work.get("flops").asDouble();
            double units = work.get("units").asDouble();
            double[] figures = new double[bench.rounds()];
            double[] floors = new double[bench.rounds()];
            for (int i = 0; i < figures.length; i++) {
                figures[i] = ours.round(c.name());
                double seconds = Math.max(bytes / (1e9 * floor.round("read")), flops / (1e9 * floor.round("multiply")));
                floors[i] = units / seconds;
            }
            return Comparison.of("decode", c.name(), threads, unit, Rounds.median(figures), "floor", Rounds.median(floors));
        }
    }
}
