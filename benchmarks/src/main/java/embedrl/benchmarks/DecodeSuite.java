package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Decoding against the floor: the larger of the time in which the machine reads the weights and the cache of a step, and the time in which it does the
 * step's multiplications. Both limits are measured in a process of their own, in turns with ours. Models also against libraries that decode them.
 */
final class DecodeSuite {
    private static final List<String> PEERS = List.of("jlama", "jlama-native", "llama.cpp");

    private DecodeSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        Set<String> notes = new LinkedHashSet<>(List.of(
                "Random weights in the sizes of SmolLM2-135M; 4-bit models keep the word table in 8 bits, as loading does. Each step chooses the tokens of the largest logits.",
                "The floor is the larger of two times: that of reading the step's weights and cache in the types in which they are kept, and that of its multiplications, at rates measured in\n"
                        + "turns with ours by loops that do nothing but read, or nothing but multiply and add in registers. Both stand below.",
                "Jlama's 4-bit models are what its own quantizer makes of the same weights, the word table included; it multiplies with no 8-bit weights. llama.cpp reads GGUF files of the same\n"
                        + "weights and keeps its cache in float16. Logits of each peer were compared with ours before timing: the distance stands below, 1.4 is unrelated."));
        for (int threads : bench.threads()) {
            try (SideProcess floor = SideProcess.start("decode-floor", threads, bench.quick())) {
                floor.warm("read");
                floor.warm("multiply");
                for (DecodeCase c : DecodeCase.all()) comparisons.addAll(compare(c, threads, bench, floor, notes));
            }
        }
        return new Report("decode", comparisons, List.copyOf(notes));
    }

    // A process per case: the weights of all together would not fit, and the compiler would see types that a real program does not mix.
    private static List<Comparison> compare(DecodeCase c, int threads, Bench bench, SideProcess floor, Set<String> notes) throws IOException {
        Unit unit = c instanceof DecodeCase.Product ? Unit.GIGABYTES_PER_SECOND : Unit.TOKENS_PER_SECOND;
        Map<String, SideProcess> peers = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        try (SideProcess ours = SideProcess.start("decode-ours", threads, bench.quick())) {
            var work = ours.warm(c.name());
            if (c instanceof DecodeCase.Model model) {
                for (String peer : PEERS) {
                    SideProcess side = SideProcess.start("decode-" + peer, threads, bench.quick());
                    Optional<String> reason = side.isMissing() ? Optional.of(side.missing()) : check(model, threads, peer, side, work.get("logits"), notes);
                    if (reason.isPresent()) {
                        reasons.put(peer, reason.get());
                        side.close();
                    } else {
                        peers.put(peer, side);
                    }
                }
            }
            double bytes = work.get("bytes").asDouble();
            double flops = work.get("flops").asDouble();
            double units = work.get("units").asDouble();
            Map<String, double[]> figures = new LinkedHashMap<>();
            double[] reading = new double[bench.rounds()];
            double[] multiplying = new double[bench.rounds()];
            for (int i = 0; i < bench.rounds(); i++) {
                record(figures, Rounds.OURS, i, bench, ours.round(c.name()));
                reading[i] = bytes / (1e9 * floor.round("read"));
                multiplying[i] = flops / (1e9 * floor.round("multiply"));
                record(figures, "floor", i, bench, units / Math.max(reading[i], multiplying[i]));
                for (var peer : peers.entrySet()) record(figures, peer.getKey(), i, bench, peer.getValue().round(c.name()));
            }
            double own = Rounds.median(figures.remove(Rounds.OURS));
            notes.add(floors(c, threads, bytes, Rounds.median(reading), flops, Rounds.median(multiplying)));
            List<Comparison> comparisons = new ArrayList<>();
            figures.forEach((peer, values) -> comparisons.add(Comparison.of("decode", c.name(), threads, unit, own, peer, Rounds.median(values))));
            reasons.forEach((peer, reason) -> comparisons.add(Comparison.missing("decode", c.name(), threads, unit, own, peer, reason)));
            return comparisons;
        } finally {
            for (SideProcess peer : peers.values()) peer.close();
        }
    }

    /** Both limits of a step: what it reads and multiplies, and the seconds of each. */
    static String floors(DecodeCase c, int threads, double bytes, double reading, double flops, double multiplying) {
        return String.format(Locale.ROOT, "%s, %d threads: reading %.0f MB takes %.2f ms (%.1f GB/s), multiplying %.2f GFLOP %.2f ms (%.0f GFLOP/s); the floor is the %s's", c.name(), threads,
                bytes / 1e6, 1e3 * reading, bytes / reading / 1e9, flops / 1e9, 1e3 * multiplying, flops / multiplying / 1e9, reading >= multiplying ? "reading" : "multiplying");
    }

    private static void record(Map<String, double[]> figures, String side, int round, Bench bench, double figure) {
        figures.computeIfAbsent(side, _ -> new double[bench.rounds()])[round] = figure;
    }

    /** Prepares a peer; why it is not timed, or empty. */
    private static Optional<String> check(DecodeCase.Model c, int threads, String peer, SideProcess side, JsonNode ours, Set<String> notes) throws IOException {
        JsonNode theirs = side.warm(c.name());
        if (theirs.has("unsupported")) return Optional.of(theirs.get("unsupported").asString());
        double distance = DecodeAgreement.distance(ours, theirs.get("logits"));
        notes.add(String.format(Locale.ROOT, "%s, %d threads, %s: logits differ by %.2g of their length; %s", c.name(), threads, peer, distance, side.finish().get("name").asString()));
        return DecodeAgreement.difference(c.weights(), distance);
    }
}
