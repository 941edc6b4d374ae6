package embedrl.models.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a GGUF file (versions 2 and 3, little-endian) through a memory map, after checking its header as an untrusted one.
 *
 * <p>{@link #bytes} gives a tensor's mapped blocks themselves, {@link #floats} their values. Any thread may read. After {@link #close} the map is gone, and
 * views of it throw {@link IllegalStateException}.
 */
public final class GgufFile implements AutoCloseable {
    private final String source;
    private final Arena arena;
    private final MemorySegment data;
    private final GgufHeader.Content header;

    private GgufFile(String source, Arena arena, MemorySegment file) {
        this.source = source;
        this.arena = arena;
        this.header = guarded(() -> GgufHeader.parse(source, file));
        long begin = Math.min(header.dataBegin(), file.byteSize());
        this.data = file.asSlice(begin).asReadOnly();
    }

    /** Whether a file begins as GGUF files do. */
    public static boolean isOne(Path path) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (first.hasRemaining() && channel.read(first) >= 0) { }
        }
        return !first.hasRemaining() && first.getInt(0) == GgufHeader.MAGIC;
    }

    /** Maps and checks a file. An error of the file system is an {@link IOException}, one of the content a {@link GgufException}. */
    public static GgufFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new GgufFile(path.toString(), arena, file);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Checks the bytes of a file that is in memory already; {@code source} names it in errors. The bytes are not copied. */
    public static GgufFile of(String source, byte[] bytes) {
        return new GgufFile(source, Arena.ofShared(), MemorySegment.ofArray(bytes));
    }

    /** What names the file in errors. */
    String source() {
        return source;
    }

    /** Version of the format, 2 or 3. */
    public int version() {
        return header.version();
    }

    /** The metadata. */
    public GgufMetadata metadata() {
        return header.metadata();
    }

    /** All tensors by name, in the order of the file; unmodifiable. */
    public Map<String, GgufTensor> tensors() {
        return header.tensors();
    }

    /** The names of all tensors, in the order of the file. */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /** Whether the file holds a tensor of that name. */
    public boolean contains(String name) {
        return header.tensors().containsKey(name);
    }

    /** Type, shape and place of a tensor; an error where the file has none of that name. */
    public GgufTensor tensor(String name) {
        GgufTensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw error("no tensor '" + name + "' among " + names().size() + (names().isEmpty() ? "" : ", the first is '" + names().iterator().next() + "'"));
        }
        return tensor;
    }

    /** The tensor's bytes in the map: blocks row after row, little-endian, read-only. */
    public MemorySegment bytes(String name) {
        GgufTensor tensor = tensor(name);
        return data.asSlice(tensor.offset(), tensor.bytes());
    }

    /** The values of a tensor of a float or block type, row-major. */
    public float[] floats(String name) {
        GgufTensor tensor = tensor(name);
        if (!tensor.type().isFloat()) {
            throw error("tensor '" + name + "' holds " + tensor.type() + ", which is no type of weights");
        }
        if (tensor.size() > Integer.MAX_VALUE - 8) {
            throw error("tensor '" + name + "' has " + tensor.size() + " elements, more than one array can have; use bytes");
        }
        MemorySegment blocks = bytes(name);
        return guarded(() -> Blocks.floats(tensor.type(), blocks));
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }

    /** Reads mapped bytes. A file that another process shortens while it is mapped gives an InternalError at the next access. */
    <T> T guarded(Supplier<T> read) {
        try {
            return read.get();
        } catch (InternalError e) {
            throw new GgufException(source + ": the file was shortened while it was being read", e);
        }
    }

    private GgufException error(String message) {
        return new GgufException(source + ": " + message);
    }
}
