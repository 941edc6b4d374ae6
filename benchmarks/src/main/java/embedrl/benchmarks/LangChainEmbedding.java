package embedrl.benchmarks;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** MiniLM in langchain4j's {@code embedAll}, from text. Its texts run on a pool of our size; the threads of its ONNX Runtime are its own choice. */
final class LangChainEmbedding extends EmbeddingSide {
    private final ExecutorService pool;
    private final AllMiniLmL6V2EmbeddingModel model;
    private final Map<EmbeddingTask, List<TextSegment>> texts = new HashMap<>();

    private LangChainEmbedding(int threads, boolean quick) {
        super("langchain4j, a pool of " + threads, quick);
        pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "langchain4j");
            thread.setDaemon(true);
            return thread;
        });
        model = new AllMiniLmL6V2EmbeddingModel(pool);
    }

    static LangChainEmbedding open(int threads, boolean quick) throws PeerMissing {
        try {
            return new LangChainEmbedding(threads, quick);
        } catch (LinkageError | RuntimeException absent) {
            throw new PeerMissing("langchain4j: " + absent);
        }
    }

    @Override
    float[][] embed(EmbeddingTask task) {
        List<TextSegment> segments = texts.computeIfAbsent(task, t -> t.texts().stream().map(TextSegment::from).toList());
        return model.embedAll(segments).content().stream().map(Embedding::vector).toArray(float[][]::new);
    }
}
