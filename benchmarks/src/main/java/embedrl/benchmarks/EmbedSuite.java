package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Speed of MiniLM embeddings, and the agreement of vectors with ONNX Runtime's for three models. */
final class EmbedSuite {
    private static final double LEAST_COSINE = 0.99999;
    // The truncation in the tokenizer.json of its MiniLM, which it follows.
    private static final int LANGCHAIN_TOKENS = 128;

    private EmbedSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>(List.of("Cases are texts x tokens, special tokens included. ONNX Runtime gets tokens, langchain4j texts, and so do we beside each of them."));
        notes.add(agreement(bench));
        for (int threads : bench.threads()) {
            try (SideProcess ours = SideProcess.start("embed-ours", threads, bench.quick())) {
                if (ours.isMissing()) throw new IOException("embed: " + ours.missing());
                for (String peer : List.of("onnxruntime", "langchain4j")) {
                    try (SideProcess theirs = SideProcess.start("embed-" + peer, threads, bench.quick())) {
                        for (EmbeddingTask task : EmbeddingTask.ALL) comparisons.add(compare(bench, threads, ours, peer, theirs, peer.equals("langchain4j") ? task.asText() : task));
                        if (!theirs.isMissing()) notes.add("theirs: " + theirs.finish().get("name").asString());
                    }
                }
                notes.add("ours: " + ours.finish().get("name").asString());
            }
        }
        return new Report("embed", comparisons, notes);
    }

    private static Comparison compare(Bench bench, int threads, SideProcess ours, String peer, SideProcess theirs, EmbeddingTask task) throws IOException {
        String name = task.toString();
        String workload = "MiniLM-L6 " + name;
        JsonNode mine = ours.warm(name);
        if (peer.equals("langchain4j") && task.tokens() > LANGCHAIN_TOKENS) {
            String reason = "it cuts texts at " + LANGCHAIN_TOKENS + " tokens, which is other work";
            return Comparison.missing("embed", workload, threads, Unit.TEXTS_PER_SECOND, ours.round(name), peer, reason);
        }
        if (!theirs.isMissing()) {
            JsonNode other = theirs.warm(name);
            for (int i = 0; i < mine.get("vectors").size(); i++) {
                double cosine = EmbeddingAgreement.cosine(floats(mine.get("vectors").get(i)), floats(other.get("vectors").get(i)));
                if (!(cosine >= LEAST_COSINE)) throw new IllegalStateException("embed " + name + ": the cosine to " + peer + "'s vector is " + cosine + ", so the two sides do not compute the same");
            }
        }
        Map<String, Double> medians = Rounds.medians(ours, Map.of(peer, theirs), name, bench.rounds());
        return Comparison.to(theirs, "embed", workload, threads, Unit.TEXTS_PER_SECOND, medians.get(Rounds.OURS), peer, () -> medians.get(peer));
    }

    private static String agreement(Bench bench) throws IOException {
        List<String> lines = new ArrayList<>();
        try (SideProcess side = SideProcess.start("embed-agreement", bench.threads().getLast(), bench.quick())) {
            for (EmbeddingModel model : EmbeddingModel.values()) {
                String name = model.name().toLowerCase(Locale.ROOT);
                JsonNode answer = side.warm(name);
                if (answer.has("missing")) {
                    lines.add(name + ": missing: " + answer.get("missing").asString());
                    continue;
                }
                double least = answer.get("least").asDouble();
                lines.add(String.format(Locale.ROOT, "%s: least cosine to ONNX Runtime's vectors over %d sentences %.9f", name, answer.get("sentences").asInt(), least));
                if (!(least >= LEAST_COSINE)) throw new IllegalStateException(lines.getLast() + ", below " + LEAST_COSINE);
            }
        }
        return String.join("\n", lines);
    }

    private static float[] floats(JsonNode values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) floats[i] = values.get(i).floatValue();
        return floats;
    }
}
