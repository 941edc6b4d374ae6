package embedrl.benchmarks;

import embedrl.models.TextEmbedder;
import embedrl.models.bert.EncoderFiles;
import embedrl.models.tokenizer.Encoding;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** MiniLM on our engine, through {@link TextEmbedder}. */
final class OurEmbedding extends EmbeddingSide {
    private final TextEmbedder embedder;
    private final EncoderFiles files;
    private final Map<EmbeddingTask, List<Encoding>> encodings = new HashMap<>();
    private final Map<EmbeddingTask, List<String>> texts = new HashMap<>();

    private OurEmbedding(EncoderFiles files, Executor executor, boolean quick) {
        super(executor.description(), quick);
        this.files = files;
        embedder = new TextEmbedder(files.encoder(), files.tokenizer(), files.use().orElseThrow(), executor);
    }

    static OurEmbedding open(int threads, boolean quick) throws PeerMissing {
        try {
            return new OurEmbedding(EmbeddingModel.MINILM.open(), Executors.open("cpu", threads), quick);
        } catch (IOException e) {
            throw new PeerMissing("MiniLM: " + e.getMessage());
        }
    }

    @Override
    float[][] embed(EmbeddingTask task) {
        if (task.fromText()) return embedder.embedPassages(texts.computeIfAbsent(task, EmbeddingTask::texts));
        return embedder.embedTokens(encodings.computeIfAbsent(task, t -> t.encodings(files.tokenizer())));
    }
}
