package embedrl.models.bert;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.onnx.OnnxException;
import embedrl.models.onnx.OnnxModel;
import embedrl.models.onnx.OnnxTensor;
import embedrl.tensor.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged ONNX files are read or refused by an {@link OnnxException} or {@link EncoderException}; nothing else comes out. {@link #main} takes a number of mutations. */
class OnnxFuzzTest {
    private record Outcome(int read, int refused) {
    }

    @Test
    void damagedFilesAreReadOrRefused() {
        Outcome outcome = mutate(3000, 7);
        assertThat(outcome.read).isPositive();
        assertThat(outcome.refused).isGreaterThan(1000);
        assertThat(outcome.read + outcome.refused).isEqualTo(3000);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] file = file();
        for (int length = 0; length < file.length; length += 7) assertThat(reads(Arrays.copyOf(file, length))).as("cut to %d of %d bytes", length, file.length).isFalse();
        assertThat(reads(file)).isTrue();
    }

    /** Runs as many mutations as the argument says, and prints the counts. */
    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        System.out.printf("%s in %.1f s%n", mutate(Integer.parseInt(arguments[0]), 1), (System.nanoTime() - begin) / 1e9);
    }

    private static byte[] file() {
        return ExportedBert.of(new BertEncoder(new BertConfig(5, 4, 4, 1, 2, 3, 2, 1e-5f, BertConfig.Activation.GELU, true), Seed.of(1)), ExportedBert.Style.BIAS_NAMES);
    }

    private static Outcome mutate(int count, long seed) {
        byte[] good = file();
        var random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < count; i++) if (reads(mutated(good, random))) read++;
        return new Outcome(read, count - read);
    }

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 10), (byte) 0xff);   // a huge number or length
                case 4 -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
                default -> {
                    byte[] spliced = Arrays.copyOf(bytes, bytes.length + 8);
                    System.arraycopy(bytes, at, spliced, at + 8, bytes.length - at);
                    bytes = spliced;
                }
            }
        }
        return bytes;
    }

    private static boolean reads(byte[] bytes) {
        try {
            OnnxModel model = OnnxModel.parse("f.onnx", bytes);
            for (OnnxTensor tensor : model.initializers().values()) if (tensor.type() == OnnxTensor.Type.FLOAT32) tensor.floats();
            BertCheckpoint.loadOnnx(model, null);
            return true;
        } catch (OnnxException | EncoderException refused) {
            return false;
        }
    }
}
