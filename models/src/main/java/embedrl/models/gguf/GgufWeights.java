package embedrl.models.gguf;

import embedrl.nn.WeightSource;
import embedrl.tensor.Buffer;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a decoder in a GGUF file under Hugging Face names and in Hugging Face row order, in the types in which the file stores them. Types that
 * programs do not compute with appear as FLOAT32. A tensor without a Hugging Face name keeps its own, so that loading names it as unexpected.
 */
public final class GgufWeights implements WeightSource {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GgufFile file;
    private final int rotatedHead;
    private final Map<String, String> fileNames = new LinkedHashMap<>();

    /**
     * The weights of a file.
     *
     * @param rotatedHead rows of a head where the file stores attn_q and attn_k with neighboring pairs (Llama); 0 where it does not
     */
    GgufWeights(GgufFile file, int rotatedHead) {
        this.file = file;
        this.rotatedHead = rotatedHead;
        for (String name : file.names()) {
            fileNames.put(GgufNames.huggingFace(name).orElse(name), name);
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(fileNames.keySet());
    }

    @Override
    public TensorType type(String name) {
        GgufTensor tensor = file.tensor(fileName(name));
        if (!tensor.type().isFloat()) {
            throw new GgufException("weights: tensor '" + tensor.name() + "' holds " + tensor.type() + ", which is no type of weights");
        }
        return new TensorType(Blocks.kept(tensor.type()), Shape.of(tensor.intShape()));
    }

    @Override
    public Buffer read(String name) {
        TensorType type = type(name);
        return file.guarded(() -> read(type, fileName(name)));
    }

    private Buffer read(TensorType type, String fileName) {
        GgufTensor tensor = file.tensor(fileName);
        MemorySegment blocks = file.bytes(fileName);
        if (rotatedHead > 0 && GgufNames.isRotated(fileName)) {
            // A bias is a column: each of its numbers belongs to one row of the weight.
            long rowBytes = tensor.shape().size() == 1 ? tensor.type().blockBytes() : tensor.rowBytes();
            blocks = MemorySegment.ofArray(RowOrder.toHuggingFace(blocks, rowBytes, rotatedHead));
        }
        Buffer values = Buffer.allocate(type);
        switch (type.dtype()) {
            case FLOAT32 -> Blocks.floats(tensor.type(), blocks, values.floats(), values.offset());
            case BFLOAT16, FLOAT16 -> MemorySegment.copy(blocks, SHORT, 0, values.halves(), values.offset(), values.count());
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, 0, values.blocks(), values.offset(), (int) blocks.byteSize());
            case INT32 -> throw new AssertionError(type);
        }
        return values;
    }

    /** The name in the file of a tensor. */
    public String fileName(String name) {
        String fileName = fileNames.get(name);
        if (fileName == null) {
            throw new TensorException("weights: no tensor '" + name + "' among the " + fileNames.size() + " of the file");
        }
        return fileName;
    }
}
