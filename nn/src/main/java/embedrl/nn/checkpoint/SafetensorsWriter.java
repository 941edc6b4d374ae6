package embedrl.nn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Collects named tensors and writes them as one safetensors file.
 *
 * <p>Arrays are kept by reference until they are written; a supplier is asked once per write, when its tensor's turn comes,
 * so a file larger than the heap can be written tensor by tensor. Wider types come first and names are sorted within a type,
 * so equal content gives equal bytes and every tensor is aligned to its type.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 20;

    private final Map<String, Source> sources = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private record Source(String name, ElementType type, int[] shape, long size, Supplier<?> values) {
        long bytes() {
            return size * type.bytes();
        }
    }

    /** Adds a pair to {@code __metadata__}. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds a float32 tensor. */
    public SafetensorsWriter floats(String name, int[] shape, float[] values) {
        return floats(name, shape, () -> values);
    }

    /** Adds a float32 tensor whose values are asked for when they are written. */
    public SafetensorsWriter floats(String name, int[] shape, Supplier<float[]> values) {
        return add(name, ElementType.F32, shape, values);
    }

    /** Adds a bfloat16 tensor; values are rounded to the nearest, ties to even. */
    public SafetensorsWriter bfloat16(String name, int[] shape, float[] values) {
        return bfloat16(name, shape, () -> values);
    }

    /** Adds a bfloat16 tensor whose values are asked for when they are written. */
    public SafetensorsWriter bfloat16(String name, int[] shape, Supplier<float[]> values) {
        return add(name, ElementType.BF16, shape, values);
    }

    /** Adds an int32 tensor. */
    public SafetensorsWriter ints(String name, int[] shape, int[] values) {
        return add(name, ElementType.I32, shape, () -> values);
    }

    /** Adds an int64 tensor. */
    public SafetensorsWriter longs(String name, int[] shape, long[] values) {
        return add(name, ElementType.I64, shape, () -> values);
    }

    /** Replaces the file in one step; a failed write leaves the old file as it was. */
    public void write(Path path) throws IOException {
        DurableFiles.replace(path, this::writeTo);
    }

    /** Writes header and tensors to a channel. */
    public void writeTo(WritableByteChannel channel) throws IOException {
        List<Source> order = sources.values().stream()
                .sorted(Comparator.comparingInt((Source s) -> -s.type().bytes()).thenComparing(Source::name)).toList();
        byte[] header = header(order);
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        drain(buffer, channel);
        ByteBuffer headerBytes = ByteBuffer.wrap(header);
        while (headerBytes.hasRemaining()) {
            channel.write(headerBytes);
        }
        for (Source source : order) {
            writeTensor(source, buffer, channel);
        }
    }

    private SafetensorsWriter add(String name, ElementType type, int[] shape, Supplier<?> values) {
        if (name.equals("__metadata__")) {
            throw new IllegalArgumentException("safetensors: '__metadata__' cannot be a tensor's name");
        }
        long size = 1;
        for (int axis : shape) {
            if (axis < 0) {
                throw new IllegalArgumentException("safetensors: tensor '" + name + "': sizes are not negative, got " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, axis);
        }
        if (sources.putIfAbsent(name, new Source(name, type, shape.clone(), size, values)) != null) {
            throw new IllegalArgumentException("safetensors: tensor '" + name + "' was added twice");
        }
        return this;
    }

    private byte[] header(List<Source> order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart("__metadata__");
                metadata.forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            long offset = 0;
            for (Source source : order) {
                json.writeObjectPropertyStart(source.name());
                json.writeStringProperty("dtype", source.type().name());
                json.writeName("shape");
                json.writeArray(source.shape(), 0, source.shape().length);
                json.writeName("data_offsets");
                json.writeArray(new long[] {offset, offset + source.bytes()}, 0, 2);
                json.writeEndObject();
                offset += source.bytes();
            }
            json.writeEndObject();
        }
        // Spaces keep the data 8-byte aligned in a mapped file.
        while (bytes.size() % 8 != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    private static void writeTensor(Source source, ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        Object values = source.values().get();
        int length = Array.getLength(values);
        if (length != source.size()) {
            throw new IllegalArgumentException("safetensors: tensor '" + source.name() + "': shape " + Arrays.toString(source.shape())
                    + " has " + source.size() + " elements, got " + length + " values");
        }
        int step = CHUNK / source.type().bytes();
        for (int from = 0; from < length; from += step) {
            int count = Math.min(step, length - from);
            buffer.clear();
            switch (values) {
                case float[] floats when source.type() == ElementType.BF16 -> {
                    for (int i = from; i < from + count; i++) {
                        buffer.putShort(bfloat16Bits(floats[i]));
                    }
                }
                case float[] floats -> buffer.asFloatBuffer().put(floats, from, count);
                case int[] ints -> buffer.asIntBuffer().put(ints, from, count);
                case long[] longs -> buffer.asLongBuffer().put(longs, from, count);
                default -> throw new IllegalStateException("no writer for " + values.getClass());
            }
            buffer.position(count * source.type().bytes());
            drain(buffer, channel);
        }
    }

    /** The upper half of a float32, rounded to nearest even; NaN stays NaN. */
    static short bfloat16Bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    private static void drain(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
