package embedrl.benchmarks;

import embedrl.models.TextEmbedder;
import embedrl.models.bert.EncoderFiles;
import embedrl.models.bert.EncoderUse;
import embedrl.models.tokenizer.Encoding;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cosines between our vectors and ONNX Runtime's for sentences of this repository's documentation; a workload is the name of a model. */
final class EmbeddingAgreement implements Side {
    private static final int SENTENCES = 1000;
    private static final int BATCH = 8;

    private final int threads;
    private final int sentences;

    EmbeddingAgreement(int threads, boolean quick) {
        this.threads = threads;
        sentences = quick ? SENTENCES / 20 : SENTENCES;
    }

    /** Half of the sentences as queries, half as passages. */
    @Override
    public Map<String, Object> warm(String workload) {
        try {
            EmbeddingModel model = EmbeddingModel.named(workload);
            return Map.of("least", least(model, OrtEncoder.open(model, threads)), "sentences", sentences);
        } catch (PeerMissing missing) {
            return Map.of("missing", missing.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double least(EmbeddingModel model, OrtEncoder theirs) throws IOException, PeerMissing {
        EncoderFiles files = model.open();
        EncoderUse use = files.use().orElseThrow();
        List<String> texts = sentences(Path.of(System.getProperty("embedrl.home", ".")));
        double least = 1;
        try (Executor executor = Executors.open("cpu", threads); TextEmbedder ours = new TextEmbedder(files.encoder(), files.tokenizer(), use, executor)) {
            for (boolean query : new boolean[] {true, false}) {
                List<String> half = query ? texts.subList(0, sentences / 2) : texts.subList(sentences / 2, sentences);
                float[][] vectors = query ? ours.embedQueries(half) : ours.embedPassages(half);
                for (int from = 0; from < half.size(); from += BATCH) {
                    String prefix = query ? use.queryPrefix() : use.passagePrefix();
                    List<Encoding> batch = half.subList(from, Math.min(half.size(), from + BATCH)).stream()
                            .map(text -> files.tokenizer().encodeForModel(prefix + text, ours.maxTokens())).toList();
                    float[][] expected = theirs.embed(batch, use.pooling());
                    for (int i = 0; i < expected.length; i++) least = Math.min(least, cosine(vectors[from + i], expected[i]));
                }
            }
        }
        return least;
    }

    static double cosine(float[] a, float[] b) {
        double product = 0;
        double ours = 0;
        double theirs = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            ours += (double) a[i] * a[i];
            theirs += (double) b[i] * b[i];
        }
        return product / Math.sqrt(ours * theirs);
    }

    private List<String> sentences(Path home) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        try (var paths = Files.walk(home)) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".md") || p.toString().endsWith(".java") && p.toString().contains("src/main")).sorted().toList()) {
                for (String line : Files.readAllLines(path)) {
                    String text = line.replaceAll("^[\\s/*|#>`-]+|[{}]|@\\w+", " ").strip();
                    if ((path.toString().endsWith(".md") || line.strip().startsWith("*") || line.strip().startsWith("//")) && text.split("\\s+").length >= 5) found.add(text);
                }
            }
        }
        if (found.size() < sentences) throw new IOException("agreement: " + home + " holds only " + found.size() + " sentences, " + sentences + " are needed");
        // Spread over all files.
        List<String> all = List.copyOf(found);
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < sentences; i++) chosen.add(all.get((int) ((long) i * all.size() / sentences)));
        return chosen;
    }

    @Override
    public Map<String, Object> round(String workload) {
        throw new IllegalStateException("agreement: nothing is timed");
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of();
    }
}
