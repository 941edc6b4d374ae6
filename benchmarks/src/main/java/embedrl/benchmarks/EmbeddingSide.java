package embedrl.benchmarks;

import java.util.List;
import java.util.Map;

/** One side of the embedding comparison: computes a workload's vectors again and again. */
abstract class EmbeddingSide implements Side {
    private final boolean quick;
    private final String name;

    EmbeddingSide(String name, boolean quick) {
        this.name = name;
        this.quick = quick;
    }

    /** The vectors of a workload, computed anew. */
    abstract float[][] embed(EmbeddingTask task);

    @Override
    public Map<String, Object> warm(String workload) {
        EmbeddingTask task = EmbeddingTask.named(workload);
        float[][] vectors = embed(task);
        CallTimer.warm(() -> embed(task), task.rows(), quick ? 300_000_000L : 3_000_000_000L);
        return Map.of("vectors", List.of(vectors[0], vectors[task.rows() - 1]));
    }

    @Override
    public Map<String, Object> round(String workload) {
        EmbeddingTask task = EmbeddingTask.named(workload);
        int repeats = task.repeats(quick);
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) embed(task);
        return Map.of("value", repeats * task.rows() * 1e9 / (System.nanoTime() - start));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", name);
    }
}
