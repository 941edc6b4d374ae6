package embedrl.models.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what an ONNX file says about its weights: constant tensors and the operations that use them. Nothing is computed; files are mapped, not copied. Source: onnx.proto. */
public final class OnnxModel implements AutoCloseable {
    private static final int MOST_PARTS = 1 << 18;

    private final String source;
    private final Arena arena;
    private final Map<String, OnnxTensor> initializers = new LinkedHashMap<>();
    private final List<OnnxNode> nodes = new ArrayList<>();

    private OnnxModel(String source, Arena arena, MemorySegment bytes) {
        this.source = source;
        this.arena = arena;
        boolean graph = false;
        ProtoMessage model = new ProtoMessage(source, bytes);
        for (int field = model.next(); field != 0; field = model.next()) {
            if (field == 7) {
                if (graph) throw model.error("a model has one graph, found a second");
                graph = true;
                readGraph(model.message("graph"));
            } else model.skip();
        }
        if (!graph) throw new OnnxException(source + ": holds no graph; is it an ONNX file?");
    }

    /** Maps a file. */
    public static OnnxModel open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new OnnxModel(path.toString(), arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Reads the bytes of a file, which are not copied; source names it in errors. */
    public static OnnxModel parse(String source, byte[] bytes) {
        return new OnnxModel(source, Arena.global(), MemorySegment.ofArray(bytes));
    }

    private void readGraph(ProtoMessage graph) {
        for (int field = graph.next(); field != 0; field = graph.next()) {
            switch (field) {
                case 1 -> {
                    if (nodes.size() == MOST_PARTS) throw graph.error("a graph has more than " + MOST_PARTS + " operations");
                    nodes.add(OnnxNode.parse(source, graph.message("operation " + nodes.size())));
                }
                case 5 -> {
                    if (initializers.size() == MOST_PARTS) throw graph.error("a graph has more than " + MOST_PARTS + " constant tensors");
                    OnnxTensor tensor = OnnxTensor.parse(source, graph.message("constant tensor " + initializers.size()));
                    if (initializers.put(tensor.name(), tensor) != null) throw graph.error("two constant tensors are named '" + tensor.name() + "'");
                }
                default -> graph.skip();
            }
        }
    }

    /** The file's name. */
    public String source() {
        return source;
    }

    /** Constant tensors by name, in the order of the file. */
    public Map<String, OnnxTensor> initializers() {
        return Collections.unmodifiableMap(initializers);
    }

    /** Operations in the order of the file. */
    public List<OnnxNode> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** Ends the mapping: tensors cannot be read any more. */
    @Override
    public void close() {
        if (arena.scope() != Arena.global().scope()) arena.close();
    }
}
