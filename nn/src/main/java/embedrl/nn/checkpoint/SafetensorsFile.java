package embedrl.nn.checkpoint;

import embedrl.tensor.Buffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a safetensors file through a memory map, after checking its header as an untrusted one.
 *
 * <p>Values are copied out on request; {@link #bytes} gives the mapped bytes themselves. Any thread may read. After
 * {@link #close} the map is gone, and views of it throw {@link IllegalStateException}.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final Arena arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private SafetensorsFile(String source, Arena arena, MemorySegment file) {
        this.source = source;
        this.arena = arena;
        long length = file.byteSize();
        if (length < Long.BYTES) {
            throw error("a safetensors file has at least 8 bytes, found " + length);
        }
        long headerBytes = file.get(LONG, 0);
        long room = Math.min(SafetensorsHeader.LARGEST, length - Long.BYTES);
        if (headerBytes < 0 || headerBytes > room) {
            throw error("the header claims " + Long.toUnsignedString(headerBytes) + " bytes, at most " + room
                    + (room == SafetensorsHeader.LARGEST ? " are read" : " follow in the file"));
        }
        byte[] json = guarded(() -> file.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE));
        this.data = file.asSlice(Long.BYTES + headerBytes).asReadOnly();
        this.header = SafetensorsHeader.parse(source, json, data.byteSize());
    }

    /** Maps and checks a file. An error of the file system is an {@link IOException}, one of the content a {@link SafetensorsException}. */
    public static SafetensorsFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SafetensorsFile(path.toString(), arena, file);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Checks the bytes of a file that is in memory already; {@code source} names it in errors. The bytes are not copied. */
    public static SafetensorsFile of(String source, byte[] bytes) {
        return new SafetensorsFile(source, Arena.ofShared(), MemorySegment.ofArray(bytes));
    }

    /** The names of all tensors, sorted. */
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** The string pairs of {@code __metadata__}; empty where the file has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether the file holds a tensor of that name. */
    public boolean contains(String name) {
        return header.entries().containsKey(name);
    }

    /** Type, shape and place of a tensor; an error where the file has none of that name. */
    public TensorEntry entry(String name) {
        TensorEntry entry = header.entries().get(name);
        if (entry == null) {
            throw error("no tensor '" + name + "' among " + names().size()
                    + (names().isEmpty() ? "" : ", the first is '" + names().iterator().next() + "'"));
        }
        return entry;
    }

    /** The shape of a tensor, as ints. */
    public int[] shape(String name) {
        return entry(name).intShape();
    }

    /** The tensor's bytes in the map, little-endian, unaligned and read-only. */
    public MemorySegment bytes(String name) {
        TensorEntry entry = entry(name);
        return data.asSlice(entry.begin(), entry.end() - entry.begin());
    }

    /** The values of a tensor of F32, F16 or BF16, the narrow ones widened exactly. F64 would lose digits: see {@link #floatsNarrowed}. */
    public float[] floats(String name) {
        TensorEntry entry = entry(name);
        if (entry.type() == ElementType.F64) {
            throw error("tensor '" + name + "': F64 does not fit float32; read it with doubles or floatsNarrowed");
        }
        return floatsNarrowed(name);
    }

    /** The values of a tensor of F32, F16, BF16 or F64, F64 rounded to the nearest float32. */
    public float[] floatsNarrowed(String name) {
        TensorEntry entry = entry(name);
        MemorySegment from = bytes(name);
        float[] values = new float[count(entry)];
        return guarded(() -> {
            switch (entry.type()) {
                case F32 -> MemorySegment.copy(from, FLOAT, 0, values, 0, values.length);
                case F16 -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = Float.float16ToFloat(from.get(SHORT, 2L * i));
                    }
                }
                case BF16 -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = Float.intBitsToFloat(from.get(SHORT, 2L * i) << 16);
                    }
                }
                case F64 -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) from.get(DOUBLE, 8L * i);
                    }
                }
                default -> throw wrongType(entry, "F32, F16 or BF16");
            }
            return values;
        });
    }

    /** Copies the values of a tensor of F32, F16 or BF16 as they are stored into a buffer of its element type and count. */
    public void read(String name, Buffer into) {
        TensorEntry entry = entry(name);
        MemorySegment from = bytes(name);
        int count = count(entry);
        guarded(() -> {
            switch (entry.type()) {
                case F32 -> MemorySegment.copy(from, FLOAT, 0, into.floats(), into.offset(), count);
                case F16, BF16 -> MemorySegment.copy(from, SHORT, 0, into.halves(), into.offset(), count);
                default -> throw wrongType(entry, "F32, F16 or BF16");
            }
            return into;
        });
    }

    /** Gives back the physical memory that reading a tensor through the map has taken; it can be read again. */
    public void release(String name) {
        MemorySegment bytes = bytes(name);
        if (bytes.isMapped() && bytes.byteSize() > 0) {
            bytes.unload();
        }
    }

    /** The values of a tensor of F64, or of a narrower float type widened exactly. */
    public double[] doubles(String name) {
        TensorEntry entry = entry(name);
        double[] values = new double[count(entry)];
        if (entry.type() == ElementType.F64) {
            MemorySegment from = bytes(name);
            return guarded(() -> {
                MemorySegment.copy(from, DOUBLE, 0, values, 0, values.length);
                return values;
            });
        }
        float[] narrow = floats(name);
        for (int i = 0; i < values.length; i++) {
            values[i] = narrow[i];
        }
        return values;
    }

    /** The values of a tensor of I32, or of I64 where every value fits; an error names the first that does not. */
    public int[] ints(String name) {
        TensorEntry entry = entry(name);
        int[] values = new int[count(entry)];
        switch (entry.type()) {
            case I32 -> {
                MemorySegment from = bytes(name);
                return guarded(() -> {
                    MemorySegment.copy(from, INT, 0, values, 0, values.length);
                    return values;
                });
            }
            case I64 -> {
                long[] wide = longs(name);
                for (int i = 0; i < values.length; i++) {
                    if (wide[i] != (int) wide[i]) {
                        throw error("tensor '" + name + "': element " + i + " is " + wide[i]
                                + ", outside int32; read it with longs");
                    }
                    values[i] = (int) wide[i];
                }
                return values;
            }
            default -> throw wrongType(entry, "I32 or I64");
        }
    }

    /** The values of a tensor of I64, or of I32 widened. */
    public long[] longs(String name) {
        TensorEntry entry = entry(name);
        MemorySegment from = bytes(name);
        long[] values = new long[count(entry)];
        return guarded(() -> {
            switch (entry.type()) {
                case I64 -> MemorySegment.copy(from, LONG, 0, values, 0, values.length);
                case I32 -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = from.get(INT, 4L * i);
                    }
                }
                default -> throw wrongType(entry, "I64 or I32");
            }
            return values;
        });
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }

    private int count(TensorEntry entry) {
        if (entry.size() > Integer.MAX_VALUE - 8) {
            throw error("tensor '" + entry.name() + "' has " + entry.size() + " elements, more than one array can have; use bytes");
        }
        return (int) entry.size();
    }

    // A file that another process shortens while it is mapped gives an InternalError at the next access.
    private <T> T guarded(Supplier<T> read) {
        try {
            return read.get();
        } catch (InternalError e) {
            throw new SafetensorsException(source + ": the file was shortened while it was being read", e);
        }
    }

    private SafetensorsException wrongType(TensorEntry entry, String expected) {
        return error("tensor '" + entry.name() + "': expected " + expected + ", found " + entry.type());
    }

    private SafetensorsException error(String message) {
        return new SafetensorsException(source + ": " + message);
    }
}
