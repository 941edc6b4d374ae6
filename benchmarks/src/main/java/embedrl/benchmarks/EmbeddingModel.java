package embedrl.benchmarks;

import embedrl.models.bert.EncoderFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;

/** The text encoders of the comparison, as langchain4j publishes them: fp32 graph and tokenizer in a jar on the class path. */
enum EmbeddingModel {
    MINILM("all-minilm-l6-v2.onnx"), BGE("bge-small-en-v1.5.onnx"), E5("e5-small-v2.onnx");

    private final String graph;

    EmbeddingModel(String graph) {
        this.graph = graph;
    }

    static EmbeddingModel named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    private URL resource() throws PeerMissing {
        URL url = EmbeddingModel.class.getResource("/" + graph);
        if (url == null) throw new PeerMissing(graph + " is on no class path; build with -Pencoders");
        return url;
    }

    /** The jar that holds the model. */
    Path jar() throws PeerMissing {
        String url = resource().toString();
        return Path.of(URI.create(url.substring("jar:".length(), url.indexOf('!'))));
    }

    EncoderFiles open() throws IOException, PeerMissing {
        return EncoderFiles.open(jar());
    }

    byte[] graphBytes() throws IOException, PeerMissing {
        try (InputStream in = resource().openStream()) {
            return in.readAllBytes();
        }
    }
}
