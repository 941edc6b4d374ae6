package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig.Family;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.generation.TextLogits;
import embedrl.nn.WeightType;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GgufCheckpointTest {
    private static final int[] TEXT = {3, 17, 95, 0, 41, 8, 8, 77};
    private static final int CONTEXT = 512;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"LLAMA, false, true", "LLAMA, true, false", "QWEN3, false, false", "QWEN3, true, true"})
    void aSavedDecoderIsLoadedBitForBit(Family family, boolean bias, boolean tied) throws IOException {
        Decoder model = TinyDecoders.of(family, bias, tied);
        Path path = save(model, GgmlType.F32, Map.of());
        Decoder loaded = GgufCheckpoint.load(path, WeightType.FLOAT32);
        assertThat(loaded.config()).isEqualTo(model.config());
        assertThat(loaded.checksum()).isEqualTo(model.checksum());
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.contains("output.weight")).isNotEqualTo(tied);
            assertThat(file.metadata().text("general.architecture")).isEqualTo(family == Family.LLAMA ? "llama" : "qwen3");
            assertThat(GgufCheckpoint.contextLength(file)).isEqualTo(CONTEXT);
            float[] inFile = file.floats("blk.1.attn_k.weight");
            float[] inModel = model.parameters().get("model.layers.1.self_attn.k_proj.weight").value().floats();
            // Row 3 = 2·1 + 1 of a head of 32 in the file is row 16 + 1 of the model, for Llama alone.
            int row = family == Family.LLAMA ? 17 : 3;
            assertThat(Arrays.copyOfRange(inFile, 3 * 64, 4 * 64)).isEqualTo(Arrays.copyOfRange(inModel, row * 64, (row + 1) * 64));
        }
    }

    @ParameterizedTest
    @EnumSource(value = GgmlType.class, names = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1"})
    void keptBlocksComputeWhatTheirValuesCompute(GgmlType type) throws IOException {
        Path path = save(TinyDecoders.of(Family.LLAMA, false, true), type, Map.of());
        Decoder kept = GgufCheckpoint.load(path, WeightType.AS_IS);
        Decoder wide = GgufCheckpoint.load(path, WeightType.FLOAT32);
        DType matrices = kept.parameters().get("model.layers.0.mlp.up_proj.weight").type().dtype();
        assertThat(Blocks.stored(matrices)).isEqualTo(type);
        boolean fourBits = type == GgmlType.Q4_0 || type == GgmlType.Q4_1;
        assertThat(kept.tokenEmbedding().dtype()).isEqualTo(fourBits ? DType.Q8_0 : matrices);
        assertThat(kept.parameters().get("model.norm.weight").type().dtype()).isEqualTo(DType.FLOAT32);
        assertThat(kept.parameterBytes()).isLessThan(wide.parameterBytes() * (fourBits ? 3 : 6) / 10);
        try (Executor executor = Executors.open("cpu", 1)) {
            float[] expected = new TextLogits(wide, executor, TEXT).logits(0, TEXT.length);
            float largest = 0;
            for (float logit : expected) {
                largest = Math.max(largest, Math.abs(logit));
            }
            assertThat(new TextLogits(kept, executor, TEXT).logits(0, TEXT.length)).containsExactly(expected, within(1e-4f * largest));
        }
    }

    @Test
    void refusesConfigurationsThatAreNotComputedHere() throws IOException {
        refuses(Map.of("general.architecture", GgufValue.of("mamba")), "architecture 'mamba' is not computed here; known are [llama, qwen3]");
        refuses(Map.of("llama.rope.scaling.type", GgufValue.of("yarn")), "rotary scaling 'yarn' is not computed here");
        refuses(Map.of("llama.expert_count", GgufValue.of(8)), "mixtures of experts are not computed here, llama.expert_count is 8");
        refuses(Map.of("llama.attention.sliding_window", GgufValue.of(8)), "may change the result: [llama.attention.sliding_window]");
        refuses(Map.of("llama.rope.dimension_count", GgufValue.of(16)), "'llama.rope.dimension_count' must be 32 here, got 16");
        refuses(Map.of("llama.vocab_size", GgufValue.of(97)), "'llama.vocab_size' must be 96 here, got 97");
        refuses(Map.of("llama.attention.head_count", GgufValue.of(3)), "3");
        refuses(Map.of("llama.block_count", GgufValue.of(0)), "'llama.block_count' must be at least 1, got 0");
    }

    @Test
    void readsScaledFrequencies() throws IOException {
        Path path = save(TinyDecoders.of(Family.LLAMA, false, true), GgmlType.F16, Map.of());
        Path linear = changed(path, Map.of("llama.rope.scaling.type", GgufValue.of("linear"), "llama.rope.scaling.factor", GgufValue.of(2f)));
        assertThat(GgufCheckpoint.load(linear, WeightType.AS_IS).config().rope()).isEqualTo(new RopeFrequencies.Linear(50_000, 2));
        Path divided = folder.resolve("divided.gguf");
        withDivisors(path, new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8}, divided);
        Decoder model = GgufCheckpoint.load(divided, WeightType.AS_IS);
        double[] plain = new RopeFrequencies.Plain(50_000).of(32);
        double[] found = model.config().rope().of(32);
        assertThat(new double[] {found[0], found[12], found[13], found[15]}).containsExactly(plain[0], plain[12], plain[13] / 2, plain[15] / 8);
        withDivisors(path, new float[] {1, 2}, divided);
        assertThatThrownBy(() -> GgufCheckpoint.load(divided, WeightType.AS_IS)).isInstanceOf(GgufException.class).hasMessageContaining("rope_freqs.weight must be [16], half of a head, got [2]");
    }

    private static void withDivisors(Path from, float[] divisors, Path to) throws IOException {
        GgufWriter writer = new GgufWriter();
        try (GgufFile file = GgufFile.open(from)) {
            file.metadata().values().forEach(writer::metadata);
            file.tensors().values().forEach(tensor -> writer.blocks(tensor.name(), tensor.type(), tensor.intShape(), () -> file.bytes(tensor.name())));
            writer.floats("rope_freqs.weight", GgmlType.F32, new int[] {divisors.length}, () -> divisors).write(to);
        }
    }

    @Test
    void namesTensorsThatAreMissing() throws IOException {
        Path path = save(TinyDecoders.of(Family.LLAMA, false, true), GgmlType.F32, Map.of());
        Path other = changed(path, Map.of("llama.block_count", GgufValue.of(3)));
        assertThatThrownBy(() -> GgufCheckpoint.load(other, WeightType.AS_IS)).isInstanceOf(TensorException.class)
                .hasMessageContaining("missing     model.layers.2.self_attn.q_proj.weight").hasMessageContaining(other.toString());
        Path huge = changed(path, Map.of("llama.block_count", GgufValue.of(Integer.MAX_VALUE)));
        assertThatThrownBy(() -> GgufCheckpoint.load(huge, WeightType.AS_IS)).isInstanceOf(TensorException.class).hasMessageContaining("2147483647 layers");
    }

    @Test
    void readsNumbersGivenForEachLayer() throws IOException {
        Path path = save(TinyDecoders.of(Family.LLAMA, false, true), GgmlType.F16, Map.of());
        Path other = changed(path, Map.of("llama.attention.head_count_kv", GgufValue.ofInts(List.of(2, 2))));
        assertThat(GgufCheckpoint.load(other, WeightType.AS_IS).config().numKeyValueHeads()).isEqualTo(2);
        refuses(Map.of("llama.attention.head_count_kv", GgufValue.ofInts(List.of(2, 1))), "the same in all 2 layers, got [2, 1]");
    }

    private void refuses(Map<String, GgufValue> values, String message) throws IOException {
        Path path = changed(save(TinyDecoders.of(Family.LLAMA, false, true), GgmlType.F16, Map.of()), values);
        assertThatThrownBy(() -> GgufCheckpoint.load(path, WeightType.AS_IS)).isInstanceOf(GgufException.class).hasMessageContaining(message);
    }

    /** The same file with other metadata values. */
    private Path changed(Path path, Map<String, GgufValue> values) throws IOException {
        Path other = folder.resolve("changed.gguf");
        try (GgufFile file = GgufFile.open(path)) {
            Map<String, GgufValue> all = new LinkedHashMap<>(file.metadata().values());
            all.putAll(values);
            GgufWriter writer = new GgufWriter();
            all.forEach(writer::metadata);
            file.tensors().values().forEach(tensor -> writer.blocks(tensor.name(), tensor.type(), tensor.intShape(), () -> file.bytes(tensor.name())));
            writer.write(other);
        }
        return other;
    }

    private Path save(Decoder model, GgmlType type, Map<String, GgufValue> metadata) throws IOException {
        Path path = folder.resolve("model.gguf");
        GgufCheckpoint.save(model, type, CONTEXT, metadata, path);
        return path;
    }
}
