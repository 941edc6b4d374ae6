package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import embedrl.models.gguf.GgufValue.Type;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged files and blocks give a {@link GgufException} or are read; nothing else comes out. {@link #main} takes a number of mutations. */
class GgufFuzzTest {
    /** Counts of what came of the mutations. */
    private record Outcome(int read, int refused) {}

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Outcome outcome = mutate(4000, 11);
        assertThat(outcome.read + outcome.refused).isEqualTo(4000);
        assertThat(outcome.read).as("mutations that spare the header").isPositive();
        assertThat(outcome.refused).isGreaterThan(1000);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] file = small();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThat(read(cut)).as("cut to %d of %d bytes", length, file.length).isFalse();
        }
        assertThat(read(file)).isTrue();
    }

    @Test
    void blocksOfAnyBytesAreDecodedOrRefused() {
        var random = new SplittableRandom(3);
        for (int i = 0; i < 2000; i++) {
            GgmlType type = GgmlType.values()[random.nextInt(GgmlType.values().length)];
            byte[] blocks = new byte[random.nextInt(3 * type.blockBytes() + 1)];
            random.nextBytes(blocks);
            try {
                assertThat(Blocks.floats(type, MemorySegment.ofArray(blocks))).hasSize(blocks.length / type.blockBytes() * type.blockSize());
                assertThat(blocks.length % type.blockBytes()).isZero();
            } catch (GgufException refused) {
                assertThat(!type.isFloat() || blocks.length % type.blockBytes() != 0).as("%s %d: %s", type, blocks.length, refused.getMessage()).isTrue();
            }
        }
    }

    /** Runs as many mutations as the argument says, and prints the counts. */
    public static void main(String[] arguments) throws IOException {
        long begin = System.nanoTime();
        Outcome outcome = mutate(Integer.parseInt(arguments[0]), 1);
        System.out.printf("%s in %.1f s%n", outcome, (System.nanoTime() - begin) / 1e9);
    }

    private static Outcome mutate(int count, long seed) throws IOException {
        List<byte[]> files = List.of(small(), BlocksTest.resource("blocks.gguf"));
        var random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < count; i++) {
            byte[] mutated = mutation(files.get(i % 8 == 7 ? 1 : 0), random);
            try {
                read += read(mutated) ? 1 : 0;
            } catch (Throwable unexpected) {
                fail("mutation %d of seed %d: %s", i, seed, unexpected);
            }
        }
        return new Outcome(read, count - read);
    }

    /** Reads everything; false where the file was refused. */
    private static boolean read(byte[] bytes) {
        try (GgufFile file = GgufFile.of("fuzz", bytes)) {
            long numbers = 0;
            for (GgufTensor tensor : file.tensors().values()) {
                if (tensor.type().isFloat()) {
                    numbers += file.floats(tensor.name()).length;
                }
                assertThat(file.bytes(tensor.name()).byteSize()).isEqualTo(tensor.bytes());
            }
            assertThat(numbers).isLessThanOrEqualTo(8L * bytes.length);
            return true;
        } catch (GgufException refused) {
            assertThat(refused.getMessage()).startsWith("fuzz: ");
            return false;
        }
    }

    private static byte[] mutation(byte[] file, SplittableRandom random) {
        byte[] bytes = file.clone();
        int header = Math.min(bytes.length, 1200);
        for (int times = random.nextInt(1, 4); times > 0; times--) {
            int at = random.nextInt(header);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(24, bytes.length + 1));
                case 3 -> putLong(bytes, at, random.nextLong());
                case 4 -> putLong(bytes, at, random.nextBoolean() ? Long.MAX_VALUE >> random.nextInt(60) : -1L << random.nextInt(64));
                case 5 -> putLong(bytes, at, random.nextInt(64));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
                    if (length > 0) {
                        System.arraycopy(bytes, from, bytes, at, length);
                    }
                }
            }
            header = Math.min(bytes.length, header);
        }
        return bytes;
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private static byte[] small() {
        RawGguf file = RawGguf.file(3, 7).key("general.architecture", Type.STRING).text("llama").key("general.alignment", Type.UINT32).int32(32)
                .key("llama.rope.freq_base", Type.FLOAT32).int32(Float.floatToIntBits(1e4f)).key("flag", Type.BOOL).raw(1)
                .key("tokenizer.ggml.tokens", Type.ARRAY).int32(Type.STRING.id()).int64(4).text("a").text("Ġb").text("").text("<|end|>")
                .key("tokenizer.ggml.token_type", Type.ARRAY).int32(Type.INT32.id()).int64(2).int32(1).int32(3)
                .key("nested", Type.ARRAY).int32(Type.ARRAY.id()).int64(2).int32(Type.UINT8.id()).int64(1).raw(1).int32(Type.UINT64.id()).int64(0);
        return file.tensor("token_embd.weight", GgmlType.Q8_0.id(), 0, 32, 4).tensor("blk.0.attn_q.weight", GgmlType.Q4_K.id(), 160, 256)
                .tensor("output_norm.weight", GgmlType.F32.id(), 320, 8).align(32).zeros(352).bytes();
    }
}
