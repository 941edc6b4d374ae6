package embedrl.models.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes messages of ONNX files byte by byte: an oracle that knows nothing of the reader. */
public final class RawOnnx {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public RawOnnx number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    public RawOnnx text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public RawOnnx bytes(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    public RawOnnx message(int field, RawOnnx value) {
        return bytes(field, value.toBytes());
    }

    public RawOnnx fixedFloat(int field, float value) {
        varint((long) field << 3 | 5);
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    /** A tensor without values. */
    public static RawOnnx tensor(String name, int type, int... shape) {
        RawOnnx tensor = new RawOnnx();
        for (int size : shape) tensor.number(1, size);
        return tensor.number(2, type).text(8, name);
    }

    /** A float32 tensor in raw data. */
    public static RawOnnx floats(String name, int[] shape, float... values) {
        return tensor(name, 1, shape).bytes(9, littleEndian(values));
    }

    /** An int64 tensor in raw data. */
    public static RawOnnx longs(String name, int[] shape, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) bytes.putLong(value);
        return tensor(name, 7, shape).bytes(9, bytes.array());
    }

    public static byte[] littleEndian(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) bytes.putFloat(value);
        return bytes.array();
    }

    /** An operation. */
    public static RawOnnx node(String operation, String name, String[] inputs, String output) {
        RawOnnx node = new RawOnnx();
        for (String input : inputs) node.text(1, input);
        return node.text(2, output).text(3, name).text(4, operation);
    }

    /** A file of a graph. */
    public static byte[] model(RawOnnx graph) {
        return new RawOnnx().number(1, 6).text(2, "test").message(7, graph).toBytes();
    }
}
