package embedrl.models.gguf;

import embedrl.nn.checkpoint.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes a GGUF file of version 3, little-endian, alignment 32. Tensors are made one at a time while writing. A file of that name is replaced in one step, and
 * only after every tensor has had the size that the header gives it.
 */
public final class GgufWriter {
    private static final int ALIGNMENT = GgufHeader.DEFAULT_ALIGNMENT;
    private static final int MOST_AXES = 4;
    private static final int CHUNK = 1 << 20;

    private sealed interface Content {
        record Values(Supplier<float[]> values) implements Content {}

        record Raw(Supplier<MemorySegment> blocks) implements Content {}
    }

    private record Entry(GgmlType type, int[] shape, long bytes, Content content) {}

    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> tensors = new LinkedHashMap<>();

    /** Adds a metadata value; an error where the key is taken. */
    public GgufWriter metadata(String key, GgufValue value) {
        if (key.isEmpty() || key.equals(GgufHeader.ALIGNMENT)) {
            throw new GgufException("write: a metadata key must not be empty, and " + GgufHeader.ALIGNMENT + " is fixed at " + ALIGNMENT + "; got '" + key + "'");
        }
        if (metadata.putIfAbsent(key, value) != null) {
            throw new GgufException("write: metadata '" + key + "' is added twice");
        }
        return this;
    }

    /** Adds a tensor of a row-major shape whose values are converted to the type; see {@link Blocks#encode}. */
    public GgufWriter floats(String name, GgmlType type, int[] shape, Supplier<float[]> values) {
        if (!Blocks.isEncoded(type)) {
            throw new GgufException("write: tensor '" + name + "': values are not converted to " + type + "; use F32, F16, BF16, Q8_0, Q4_0 or Q4_1");
        }
        return add(name, type, shape, new Content.Values(values));
    }

    /** Adds a tensor of a row-major shape whose bytes are blocks of the type already. */
    public GgufWriter blocks(String name, GgmlType type, int[] shape, Supplier<MemorySegment> blocks) {
        return add(name, type, shape, new Content.Raw(blocks));
    }

    private GgufWriter add(String name, GgmlType type, int[] shape, Content content) {
        long elements = 1;
        for (int size : shape) {
            if (size < 1) {
                throw new GgufException("write: tensor '" + name + "' must have sizes from 1, got " + Arrays.toString(shape));
            }
            elements = Math.multiplyExact(elements, size);
        }
        int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        if (name.isEmpty() || shape.length > MOST_AXES || columns % type.blockSize() != 0) {
            throw new GgufException("write: tensor '" + name + "' must have a name, at most " + MOST_AXES + " axes and rows of a multiple of " + type.blockSize()
                    + " elements (" + type + "), got " + Arrays.toString(shape));
        }
        if (tensors.putIfAbsent(name, new Entry(type, shape.clone(), type.bytes(elements), content)) != null) {
            throw new GgufException("write: tensor '" + name + "' is added twice");
        }
        return this;
    }

    /** Writes the file; where anything fails, the old file stays. */
    public void write(Path path) throws IOException {
        DurableFiles.replace(path, this::writeTo);
    }

    private void writeTo(WritableByteChannel channel) throws IOException {
        Output header = new Output();
        header.int32(GgufHeader.MAGIC).int32(3).int64(tensors.size()).int64(metadata.size());
        metadata.forEach((key, value) -> header.text(key).int32(value.type().id()).value(value));
        long offset = 0;
        for (Map.Entry<String, Entry> named : tensors.entrySet()) {
            Entry entry = named.getValue();
            header.text(named.getKey()).int32(entry.shape.length);
            for (int axis = entry.shape.length - 1; axis >= 0; axis--) {
                header.int64(entry.shape[axis]);
            }
            header.int32(entry.type.id()).int64(offset);
            offset += aligned(entry.bytes);
        }
        header.zeros(aligned(header.size()) - header.size());
        send(channel, ByteBuffer.wrap(header.toByteArray()));
        for (Map.Entry<String, Entry> named : tensors.entrySet()) {
            Entry entry = named.getValue();
            switch (entry.content) {
                case Content.Values(Supplier<float[]> values) -> writeValues(channel, named.getKey(), entry, values.get());
                case Content.Raw(Supplier<MemorySegment> blocks) -> writeBlocks(channel, named.getKey(), entry, blocks.get());
            }
            send(channel, ByteBuffer.allocate((int) (aligned(entry.bytes) - entry.bytes)));
        }
    }

    private static void writeValues(WritableByteChannel channel, String name, Entry entry, float[] values) throws IOException {
        if (entry.type.bytes(values.length) != entry.bytes || values.length % entry.type.blockSize() != 0) {
            throw new GgufException("write: tensor '" + name + "' has the shape " + Arrays.toString(entry.shape) + ", got " + values.length + " values");
        }
        for (int from = 0; from < values.length; from += CHUNK) {
            float[] part = Arrays.copyOfRange(values, from, Math.min(values.length, from + CHUNK));
            send(channel, ByteBuffer.wrap(Blocks.encode(entry.type, part)));
        }
    }

    private static void writeBlocks(WritableByteChannel channel, String name, Entry entry, MemorySegment blocks) throws IOException {
        if (blocks.byteSize() != entry.bytes) {
            throw new GgufException("write: tensor '" + name + "' of " + entry.type + Arrays.toString(entry.shape) + " has " + entry.bytes + " bytes, got "
                    + blocks.byteSize());
        }
        for (long from = 0; from < entry.bytes; from += CHUNK) {
            send(channel, blocks.asSlice(from, Math.min(CHUNK, entry.bytes - from)).asByteBuffer());
        }
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    private static void send(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Little-endian fields in memory. */
    private static final class Output extends ByteArrayOutputStream {
        Output int32(int value) {
            return number(value, 4);
        }

        Output int64(long value) {
            return number(value, 8);
        }

        Output text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            int64(utf8.length).writeBytes(utf8);
            return this;
        }

        Output zeros(long count) {
            writeBytes(new byte[(int) count]);
            return this;
        }

        Output value(GgufValue value) {
            return switch (value) {
                case GgufValue.Whole(GgufValue.Type type, long whole) -> number(whole, type.leastBytes());
                case GgufValue.Real(GgufValue.Type type, double real) ->
                        type == GgufValue.Type.FLOAT32 ? int32(Float.floatToRawIntBits((float) real)) : int64(Double.doubleToRawLongBits(real));
                case GgufValue.Flag(boolean flag) -> number(flag ? 1 : 0, 1);
                case GgufValue.Text(String text) -> text(text);
                case GgufValue.Array(GgufValue.Type type, List<GgufValue> elements) -> {
                    int32(type.id()).int64(elements.size());
                    elements.forEach(this::value);
                    yield this;
                }
            };
        }

        private Output number(long value, int bytes) {
            for (int i = 0; i < bytes; i++) {
                write((int) (value >>> 8 * i));
            }
            return this;
        }
    }
}
