package embedrl.benchmarks;

import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.WordPieceTokenizer;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/** Texts that both sides embed: rows times tokens, special tokens included. Named "32x128", or "32x128 from text" where tokenizing counts too. */
record EmbeddingTask(int rows, int tokens, boolean fromText) {
    static final List<EmbeddingTask> ALL = List.of(of(1, 16), of(1, 128), of(1, 256), of(32, 16), of(32, 128), of(32, 256));
    private static final String SUFFIX = " from text";
    private static final List<String> WORDS = List.of("the", "river", "stone", "children", "house", "walked", "over", "bridge", "water", "and", "light", "story", "king",
            "summer", "engine", "letter", "music", "garden", "winter", "market", "because", "science", "every", "night", "company", "village");

    private static EmbeddingTask of(int rows, int tokens) {
        return new EmbeddingTask(rows, tokens, false);
    }

    EmbeddingTask asText() {
        return new EmbeddingTask(rows, tokens, true);
    }

    static EmbeddingTask named(String name) {
        String[] sizes = name.replace(SUFFIX, "").split("x");
        return new EmbeddingTask(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), name.endsWith(SUFFIX));
    }

    /** Every word is one token. */
    List<String> texts() {
        Seed seed = Seed.of(11).split(rows).split(tokens);
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < tokens - 2; i++) text.append(i == 0 ? "" : " ").append(WORDS.get(seed.split(row).below(WORDS.size(), i)));
            texts.add(text.toString());
        }
        return texts;
    }

    /** The texts as the model reads them. */
    List<Encoding> encodings(WordPieceTokenizer tokenizer) {
        List<Encoding> encodings = texts().stream().map(tokenizer::encodeForModel).toList();
        for (Encoding encoding : encodings)
            if (encoding.length() != tokens) throw new IllegalStateException("embed: a text of " + tokens + " tokens has " + encoding.length());
        return encodings;
    }

    /** How often a round embeds the texts: for a second or two on one core with 100 GFLOP/s. */
    int repeats(boolean quick) {
        return quick ? 1 : Math.max(1, 8_000 / (rows * tokens));
    }

    @Override
    public String toString() {
        return rows + "x" + tokens + (fromText ? SUFFIX : "");
    }
}
