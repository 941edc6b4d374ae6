package embedrl.benchmarks;

import embedrl.models.bert.EncoderFiles;
import embedrl.models.bert.Pooling;
import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** MiniLM in ONNX Runtime, on texts that are tokenized already. */
final class OrtEmbedding extends EmbeddingSide {
    private final OrtEncoder encoder;
    private final WordPieceTokenizer tokenizer;
    private final Map<EmbeddingTask, List<Encoding>> encodings = new HashMap<>();

    private OrtEmbedding(OrtEncoder encoder, EncoderFiles files, int threads, boolean quick) {
        super(encoder.name(threads), quick);
        this.encoder = encoder;
        tokenizer = files.tokenizer();
    }

    static OrtEmbedding open(int threads, boolean quick) throws PeerMissing {
        try {
            return new OrtEmbedding(OrtEncoder.open(EmbeddingModel.MINILM, threads), EmbeddingModel.MINILM.open(), threads, quick);
        } catch (IOException e) {
            throw new PeerMissing("MiniLM: " + e.getMessage());
        }
    }

    @Override
    float[][] embed(EmbeddingTask task) {
        return encoder.embed(encodings.computeIfAbsent(task, t -> t.encodings(tokenizer)), Pooling.MEAN);
    }
}
