package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWeightsTest {
    private static final String QUERY = "model.layers.0.self_attn.q_proj.weight";

    @TempDir
    Path folder;

    @Test
    void rowsComeInHuggingFaceOrderAndBlocksStayWhatTheyAre() throws IOException {
        byte[] query = rows(8, 34);
        Path path = folder.resolve("m.gguf");
        new GgufWriter().blocks("blk.0.attn_q.weight", GgmlType.Q8_0, new int[] {8, 32}, () -> MemorySegment.ofArray(query))
                .floats("blk.0.attn_q.bias", GgmlType.F32, new int[] {8}, () -> new float[] {0, 1, 2, 3, 4, 5, 6, 7})
                .blocks("blk.0.attn_v.weight", GgmlType.Q4_0, new int[] {8, 32}, () -> MemorySegment.ofArray(rows(8, 18)))
                .floats("blk.0.ffn_up.weight", GgmlType.BF16, new int[] {2, 2}, () -> new float[] {1, -2, 3, 4})
                .blocks("blk.0.ffn_down.weight", GgmlType.Q5_0, new int[] {1, 32}, () -> MemorySegment.ofArray(new byte[22]))
                .floats("rope_freqs.weight", GgmlType.F32, new int[] {1}, () -> new float[] {1}).write(path);

        try (GgufFile file = GgufFile.open(path)) {
            GgufWeights weights = new GgufWeights(file, 4);
            assertThat(weights.names()).contains(QUERY, "model.layers.0.mlp.up_proj.weight", "rope_freqs.weight").hasSize(6);
            assertThat(weights.type(QUERY)).isEqualTo(new TensorType(DType.Q8_0, Shape.of(8, 32)));
            byte[] read = blocks(weights.read(QUERY));
            int[] order = {0, 2, 1, 3, 4, 6, 5, 7};
            for (int row = 0; row < 8; row++) {
                assertThat(read[row * 34]).isEqualTo((byte) order[row]);
                assertThat(read[row * 34 + 33]).isEqualTo((byte) order[row]);
            }
            assertThat(floats(weights.read("model.layers.0.self_attn.q_proj.bias"))).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
            assertThat(blocks(weights.read("model.layers.0.self_attn.v_proj.weight"))).isEqualTo(rows(8, 18));
            assertThat(halves(weights.read("model.layers.0.mlp.up_proj.weight"))).containsExactly((short) 0x3F80, (short) 0xC000, (short) 0x4040, (short) 0x4080);
            assertThat(weights.type("model.layers.0.mlp.down_proj.weight").dtype()).isEqualTo(DType.FLOAT32);
            assertThat(floats(weights.read("model.layers.0.mlp.down_proj.weight"))).hasSize(32);
            assertThatThrownBy(() -> weights.type("blk.0.attn_q.weight")).isInstanceOf(TensorException.class).hasMessageContaining("no tensor 'blk.0.attn_q.weight'");

            assertThat(blocks(new GgufWeights(file, 0).read(QUERY))).isEqualTo(query);
        }
    }

    @Test
    void integersAreNoWeights() {
        byte[] bytes = RawGguf.file(1, 0).tensor("output.weight", GgmlType.I32.id(), 0, 2).align(32).zeros(8).bytes();
        GgufWeights weights = new GgufWeights(GgufFile.of("m", bytes), 0);
        assertThatThrownBy(() -> weights.read("lm_head.weight")).isInstanceOf(GgufException.class).hasMessageContaining("'output.weight' holds I32");
    }

    @Test
    void typesMapBothWays() {
        for (DType type : DType.values()) {
            assertThat(Blocks.stored(type).blockBytes()).isEqualTo(type.blockBytes());
            assertThat(Blocks.stored(type).blockSize()).isEqualTo(type.blockElements());
            assertThat(type == DType.INT32 ? type : Blocks.kept(Blocks.stored(type))).isEqualTo(type);
        }
        assertThat(IntStream.range(0, 40).mapToObj(GgmlType::of).filter(java.util.Optional::isPresent)).hasSameSizeAs(GgmlType.values());
    }

    /** Rows whose every byte is the number of the row. */
    private static float[] floats(Buffer values) {
        return Arrays.copyOfRange(values.floats(), values.offset(), values.offset() + values.count());
    }

    private static short[] halves(Buffer values) {
        return Arrays.copyOfRange(values.halves(), values.offset(), values.offset() + values.count());
    }

    private static byte[] blocks(Buffer values) {
        return Arrays.copyOfRange(values.blocks(), values.offset(), values.offset() + (int) values.type().bytes());
    }

    private static byte[] rows(int count, int bytes) {
        byte[] rows = new byte[count * bytes];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (byte) (i / bytes);
        }
        return rows;
    }
}
