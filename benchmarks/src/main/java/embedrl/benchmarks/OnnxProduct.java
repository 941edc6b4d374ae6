package embedrl.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of an ONNX model that holds equal matrix products of the inputs a and b, with the outputs y0, y1, …: the few protobuf fields that this takes. */
final class OnnxProduct {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;
    private static final int FLOAT = 1;
    private static final int INT_ATTRIBUTE = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxProduct() {
    }

    static long[] shapeA(GemmCase c) {
        return shape(c, c.transposeA() ? c.k() : c.m(), c.transposeA() ? c.m() : c.k());
    }

    static long[] shapeB(GemmCase c) {
        return shape(c, c.transposeB() ? c.n() : c.k(), c.transposeB() ? c.k() : c.n());
    }

    static long[] shapeY(GemmCase c) {
        return shape(c, c.m(), c.n());
    }

    private static long[] shape(GemmCase c, long rows, long columns) {
        return c.batch() == 1 ? new long[] {rows, columns} : new long[] {c.batch(), rows, columns};
    }

    static byte[] model(GemmCase c, int products) {
        OnnxProduct graph = new OnnxProduct();
        for (int i = 0; i < products; i++) graph.message(1, node(c, "y" + i));
        graph.text(2, "products").message(11, value("a", shapeA(c))).message(11, value("b", shapeB(c)));
        for (int i = 0; i < products; i++) graph.message(12, value("y" + i, shapeY(c)));
        return new OnnxProduct().number(1, IR_VERSION).message(7, graph).message(8, new OnnxProduct().text(1, "").number(2, OPSET)).bytes.toByteArray();
    }

    private static OnnxProduct node(GemmCase c, String output) {
        OnnxProduct node = new OnnxProduct().text(1, "a").text(1, "b").text(2, output);
        if (!c.transposeA() && !c.transposeB()) return node.text(4, "MatMul");
        return node.text(4, "Gemm").message(5, flag("transA", c.transposeA())).message(5, flag("transB", c.transposeB()));
    }

    private static OnnxProduct flag(String name, boolean value) {
        return new OnnxProduct().text(1, name).number(3, value ? 1 : 0).number(20, INT_ATTRIBUTE);
    }

    private static OnnxProduct value(String name, long[] shape) {
        OnnxProduct sizes = new OnnxProduct();
        for (long size : shape) sizes.message(1, new OnnxProduct().number(1, size));
        return new OnnxProduct().text(1, name).message(2, new OnnxProduct().message(1, new OnnxProduct().number(1, FLOAT).message(2, sizes)));
    }

    private OnnxProduct number(int field, long value) {
        varint(field << 3);
        varint(value);
        return this;
    }

    private OnnxProduct text(int field, String value) {
        return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxProduct message(int field, OnnxProduct value) {
        return raw(field, value.bytes.toByteArray());
    }

    private OnnxProduct raw(int field, byte[] value) {
        varint(field << 3 | 2);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        for (; value >= 0x80; value >>>= 7) bytes.write((int) (value & 0x7f | 0x80));
        bytes.write((int) value);
    }
}
