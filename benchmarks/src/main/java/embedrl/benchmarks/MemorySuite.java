package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Memory of the training step: Java heap allocated per step in steady state, scratch memory, and the peak of each side's whole process. */
final class MemorySuite {
    /** Bytes that a step may allocate. */
    static final long LIMIT = 1_000_000;

    private MemorySuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>(List.of("Both processes are JVMs with the options above; their own memory (code, compiler, class data) is part of the peak."));
        for (int threads : bench.threads()) {
            JsonNode ours;
            try (SideProcess side = SideProcess.start("train-ours", threads, bench.quick())) {
                side.warm("step");
                for (int i = 0; i < bench.rounds(); i++) side.round("step");
                ours = side.finish();
            }
            JsonNode heap = ours.get("heapBytesPerStep");
            notes.add(threads + (threads == 1 ? " thread" : " threads") + ", heap bytes per step in three windows one after another (the table has the last): " + heap);
            comparisons.add(Comparison.of("memory", "Java heap allocated by a training step, all threads", threads, Unit.BYTES_PER_STEP,
                    heap.get(heap.size() - 1).asDouble(), "limit", LIMIT));
            comparisons.add(Comparison.alone("memory", "arena of the training step", threads, Unit.BYTES, ours.get("arenaBytes").asDouble()));
            double peak = ours.get("peakRss").asDouble();
            String workload = "peak resident memory of the training process";
            try (SideProcess side = SideProcess.start("train-pytorch", threads, bench.quick())) {
                if (side.isMissing()) {
                    comparisons.add(Comparison.missing("memory", workload, threads, Unit.BYTES, peak, "pytorch", side.missing()));
                } else {
                    side.warm("step");
                    for (int i = 0; i < bench.rounds(); i++) side.round("step");
                    comparisons.add(Comparison.of("memory", workload, threads, Unit.BYTES, peak, "pytorch", side.finish().get("peakRss").asDouble()));
                }
            }
        }
        return new Report("memory", comparisons, notes);
    }
}
