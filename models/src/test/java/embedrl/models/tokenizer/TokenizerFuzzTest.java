package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Mutated tokenizer files: a tokenizer that works, or a {@link TokenizerException}. */
class TokenizerFuzzTest {
    private static final List<String> PIECES = List.of("null", "true", "-1", "1e9", "99999999999", "16777215", "\"\"", "\"a\"", "[]", "{}", "{", "}", "[", "]", ",", ":", "\"",
            "\\", "\\ud800", "\"type\":\"Sequence\"", "\"type\":\"Split\"", "\"type\":\"ByteLevel\"", "\"Strip\"", "\"Lowercase\"", "\"NFKC\"", "\"ByteFallback\"", "\"Fuse\"");

    private static List<String> files() throws IOException {
        JsonMapper json = new JsonMapper();
        List<String> files = new ArrayList<>();
        try (InputStream in = TokenizerFuzzTest.class.getResourceAsStream("/tokenizers/variants.json")) {
            for (JsonNode variant : json.readTree(in).get("tokenizers")) {
                // The vocabulary stays small, so that most mutations hit the structure.
                var model = (tools.jackson.databind.node.ObjectNode) variant.get("tokenizer").get("model");
                var vocabulary = model.putObject("vocab");
                int id = 0;
                for (String token : List.of("<unk>", "a", "b", "ab", "Ġ", "▁", "t", "h", "th")) {
                    vocabulary.put(token, id++);
                }
                model.putArray("merges").add("a b").add("t h");
                ((tools.jackson.databind.node.ObjectNode) variant.get("tokenizer")).putArray("added_tokens").addObject().put("id", 9).put("content", "<s>")
                        .put("special", true).put("lstrip", true).put("normalized", true);
                BatchRulesJson.write((tools.jackson.databind.node.ObjectNode) variant.get("tokenizer"), new BatchRules(
                        Optional.of(new BatchRules.Cut(9, Truncation.ONLY_FIRST, BatchRules.Side.LEFT)), Optional.of(new BatchRules.Fill(Optional.of(7), 4, BatchRules.Side.LEFT, 3, 1, "a"))));
                String text = json.writeValueAsString(variant.get("tokenizer"));
                files.add(text.replaceAll("\"ids\":\\[[0-9]+\\]", "\"ids\":[9]").replaceAll("\\[\"(</?s>)\",[0-9]+\\]", "[\"$1\",9]"));
            }
        }
        return files;
    }

    static long run(long seed, int mutations) throws IOException {
        List<String> files = files();
        for (String file : files) {
            new BpeTokenizer(TokenizerFile.parse("sound.json", file.getBytes(StandardCharsets.UTF_8))).encodeForModel("the ab");
        }
        SplittableRandom random = new SplittableRandom(seed);
        long read = 0;
        for (int i = 0; i < mutations; i++) {
            byte[] bytes = mutated(files, random);
            try {
                BpeTokenizer tokenizer = new BpeTokenizer(TokenizerFile.parse("t.json", bytes));
                read++;
                int[] ids = tokenizer.encodeForModel(" thé ab<s> \u0301 12").ids();
                tokenizer.decode(ids, random.nextBoolean());
            } catch (TokenizerException e) {
                assertThat(e.getMessage()).startsWith("t.json: ");
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("mutation " + i + " of seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
        return read;
    }

    private static byte[] mutated(List<String> files, SplittableRandom random) {
        String file = files.get(random.nextInt(files.size()));
        StringBuilder text = new StringBuilder(file);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(random.nextInt(4) == 0 ? 80 : 6));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> value(text, at, PIECES.get(random.nextInt(PIECES.size())));
                default -> {
                    String other = files.get(random.nextInt(files.size()));
                    int from = random.nextInt(other.length());
                    text.replace(at, to, other.substring(from, Math.min(other.length(), from + random.nextInt(40))));
                }
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(8) == 0 && bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    // Another value behind the next colon: the file stays JSON more often.
    private static void value(StringBuilder text, int at, String value) {
        int colon = text.indexOf(":", at);
        if (colon >= 0) {
            int end = colon + 1;
            while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            text.replace(colon + 1, end, value);
        }
    }

    @Test
    void mutatedFilesAreReadOrGiveCleanErrors() throws IOException {
        assertThat(run(1, 1500)).isPositive();
    }

    /** Runs as many mutations as the first argument says. */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        int mutations = Integer.parseInt(arguments[0]);
        System.out.println(mutations + " mutations, " + run(2, mutations) + " read, " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
