package embedrl.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
    private static final float[] VALUES = {1, -2.5f, 3e-8f, 65504, 0, -0f};
    private static final int[] SHAPE = {2, 3};

    private static OnnxTensor read(RawOnnx tensor) {
        return OnnxModel.parse("x.onnx", RawOnnx.model(new RawOnnx().message(5, tensor))).initializers().values().iterator().next();
    }

    @Test
    void readsFloatsOfEveryForm() {
        assertThat(read(RawOnnx.floats("w", SHAPE, VALUES)).floats()).containsExactly(VALUES);
        assertThat(read(RawOnnx.tensor("w", 1, SHAPE).bytes(4, RawOnnx.littleEndian(VALUES))).floats()).as("packed float_data").containsExactly(VALUES);
        RawOnnx single = RawOnnx.tensor("w", 1, SHAPE);
        for (float value : VALUES) single.fixedFloat(4, value);
        assertThat(read(single).floats()).as("float_data one by one").containsExactly(VALUES);
    }

    @Test
    void widensHalves() {
        ByteBuffer halves = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer brains = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        RawOnnx single = RawOnnx.tensor("w", 10, SHAPE);
        float[] exact = {1, -2.5f, 0.0009765625f, 65504, 0, -0f};
        for (float value : exact) {
            halves.putShort(Float.floatToFloat16(value));
            single.number(5, Float.floatToFloat16(value) & 0xffff);
            brains.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        assertThat(read(RawOnnx.tensor("w", 10, SHAPE).bytes(9, halves.array())).floats()).containsExactly(exact);
        assertThat(read(single).floats()).as("half floats in int32_data").containsExactly(exact);
        assertThat(read(RawOnnx.tensor("w", 16, SHAPE).bytes(9, brains.array())).floats()).containsExactly(1, -2.5f, 0.0009765625f, 65280, 0, -0f);
    }

    @Test
    void readsLongsOperationsAndAttributes() {
        assertThat(read(RawOnnx.longs("s", new int[] {3}, -1, 1L << 40, 0)).longs()).containsExactly(-1, 1L << 40, 0);
        assertThat(read(RawOnnx.tensor("s", 7, 2).number(7, -1).number(7, 7)).longs()).containsExactly(-1, 7);
        RawOnnx node = RawOnnx.node("Gemm", "/a/Gemm", new String[] {"x", "w", ""}, "y").message(5, new RawOnnx().text(1, "transB").number(3, 1).number(20, 2))
                .message(5, new RawOnnx().text(1, "alpha").fixedFloat(2, 0.5f)).message(5, new RawOnnx().text(1, "mode").text(4, "tanh"))
                .message(5, new RawOnnx().text(1, "value").message(5, RawOnnx.floats("", new int[] {}, 3)));
        OnnxNode read = OnnxModel.parse("x.onnx", RawOnnx.model(new RawOnnx().message(1, node))).nodes().getFirst();
        assertThat(read.operation()).isEqualTo("Gemm");
        assertThat(read.inputs()).containsExactly("x", "w", "");
        assertThat(read.outputs()).containsExactly("y");
        assertThat(read.numbers()).containsOnly(java.util.Map.entry("transB", 1L));
        assertThat(read.floats()).containsOnly(java.util.Map.entry("alpha", 0.5f));
        assertThat(read.texts()).containsOnly(java.util.Map.entry("mode", "tanh"));
        assertThat(read.tensors().get("value").floats()).containsExactly(3);
    }

    @Test
    void mapsAFileUntilItIsClosed(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), RawOnnx.model(new RawOnnx().message(5, RawOnnx.floats("w", SHAPE, VALUES))));
        OnnxTensor tensor;
        try (OnnxModel model = OnnxModel.open(file)) {
            tensor = model.initializers().get("w");
            assertThat(tensor.floats()).containsExactly(VALUES);
            assertThat(tensor.shape()).containsExactly(SHAPE);
        }
        assertThatThrownBy(tensor::floats).isInstanceOf(IllegalStateException.class);
    }

    private static void refused(RawOnnx tensor, String message) {
        assertThatThrownBy(() -> read(tensor).floats()).isInstanceOf(OnnxException.class).hasMessageContaining(message);
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused(RawOnnx.floats("w", SHAPE, 1, 2), "x.onnx: tensor 'w' [2, 3]: its shape needs 24 bytes, and there are 8");
        refused(RawOnnx.tensor("w", 1, SHAPE), "needs 24 bytes, and there are 0");
        refused(RawOnnx.tensor("w", 10, 1 << 20, 1 << 10), "needs 1073741824 numbers, and there are at most 0");
        refused(RawOnnx.tensor("w", 1, 1 << 20, 1 << 20), "more than 2³¹ elements");
        refused(RawOnnx.tensor("w", 1, -1), "an axis has the size".replace("an axis", "a tensor's axis"));
        refused(RawOnnx.tensor("w", 11, SHAPE), "expected floats");
        refused(RawOnnx.tensor("w", 1, SHAPE).number(14, 1), "lie in another file (external data)");
        refused(RawOnnx.tensor("w", 1, SHAPE).message(13, new RawOnnx().text(1, "location").text(2, "../../etc/passwd")), "external data");
        byte[] twice = RawOnnx.model(new RawOnnx().message(5, RawOnnx.floats("w", new int[] {1}, 1)).message(5, RawOnnx.floats("w", new int[] {1}, 1)));
        assertThatThrownBy(() -> OnnxModel.parse("x.onnx", twice)).isInstanceOf(OnnxException.class).hasMessageContaining("two constant tensors are named 'w'");
        assertThatThrownBy(() -> OnnxModel.parse("x.onnx", new byte[0])).isInstanceOf(OnnxException.class).hasMessageContaining("holds no graph");
        assertThatThrownBy(() -> OnnxModel.parse("x.onnx", new byte[] {0x3a, 5, 1})).isInstanceOf(OnnxException.class).hasMessageContaining("needs 5 bytes, and 1 are left");
        byte[] endless = new byte[12];
        java.util.Arrays.fill(endless, (byte) 0xff);
        assertThatThrownBy(() -> OnnxModel.parse("x.onnx", endless)).isInstanceOf(OnnxException.class).hasMessageContaining("longer than 10 bytes");
    }
}
