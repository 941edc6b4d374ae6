package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged files give a {@link TokenizerException} or a tokenizer that works; any text is encoded. {@link #main} takes a number of mutations and the file. */
class WordPieceFuzzTest {
    private static final Path FILE = Path.of("src/test/resources/golden/tokenizer/small-wordpiece/tokenizer.json");

    private record Outcome(int read, int refused) {
    }

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Outcome outcome = mutate(1000, 5, Files.readAllBytes(FILE));
        assertThat(outcome.read).isPositive();
        assertThat(outcome.refused).isGreaterThan(200);
    }

    @Test
    void anyTextIsEncodedWithOffsetsInside() throws IOException {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.load(FILE);
        var random = new SplittableRandom(6);
        for (int i = 0; i < 3000; i++) encode(tokenizer, text(random));
    }

    /** Runs as many mutations as the first argument says on the file of the second, and prints the counts. */
    public static void main(String[] arguments) throws IOException {
        long begin = System.nanoTime();
        byte[] file = Files.readAllBytes(Path.of(arguments[1]));
        System.out.printf("%s in %.1f s%n", mutate(Integer.parseInt(arguments[0]), 1, file), (System.nanoTime() - begin) / 1e9);
    }

    private static Outcome mutate(int count, long seed, byte[] good) {
        var random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = good.clone();
            for (int k = random.nextInt(1, 4); k > 0 && bytes.length > 0; k--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(5)) {
                    case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> bytes[at] = (byte) "{}[],:\"0-9e#\\".charAt(random.nextInt(13));
                    case 2 -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
                    case 3 -> {
                        int from = random.nextInt(bytes.length);
                        System.arraycopy(bytes, from, bytes, at, Math.min(random.nextInt(40), bytes.length - Math.max(at, from)));
                    }
                    default -> bytes[at] = (byte) random.nextInt(256);
                }
            }
            try {
                encode(WordPieceTokenizer.parse("f.json", bytes), text(random));
                read++;
            } catch (TokenizerException refused) {
                assertThat(refused.getMessage()).startsWith("f.json: ");
            }
        }
        return new Outcome(read, count - read);
    }

    private static void encode(WordPieceTokenizer tokenizer, String text) {
        Encoding encoding = tokenizer.encodeForModel(text);
        int length = text.codePointCount(0, text.length());
        for (int i = 0; i < encoding.length(); i++) {
            if (encoding.starts()[i] < 0 || encoding.starts()[i] > encoding.ends()[i] || encoding.ends()[i] > length)
                throw new AssertionError("token " + i + " lies at " + encoding.starts()[i] + " to " + encoding.ends()[i] + " of " + length + ": " + text);
        }
        tokenizer.decode(encoding.ids(), false);
    }

    /** Any chars, lone surrogates and marks among them. */
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x300, 0x370));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(random.nextInt(0x110000));
                case 3 -> text.append("[CLS]", 0, random.nextInt(1, 6));
                default -> text.append((char) random.nextInt(0x20, 0x180));
            }
        }
        return text.toString();
    }
}
