package embedrl.models.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A constant tensor of an ONNX file. Values are copied out on request; its shape and the length of its data are checked before that. */
public final class OnnxTensor {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_AXES = 16;

    /** Types of elements that are read. */
    public enum Type {
        FLOAT32, FLOAT16, BFLOAT16, INT64,
        /** Any other, which is not read. */
        OTHER
    }

    private final String source;
    private final String name;
    private final int[] shape;
    private final Type type;
    private final int typeNumber;
    private final MemorySegment raw;      // null where the values stand in fields of their own
    private final List<MemorySegment> packed;
    private final List<Long> single;      // bits of values that are not packed
    private final boolean external;

    private OnnxTensor(String source, String name, int[] shape, int typeNumber, MemorySegment raw, List<MemorySegment> packed, List<Long> single, boolean external) {
        this.source = source;
        this.name = name;
        this.shape = shape;
        this.typeNumber = typeNumber;
        this.type = switch (typeNumber) {
            case 1 -> Type.FLOAT32;
            case 7 -> Type.INT64;
            case 10 -> Type.FLOAT16;
            case 16 -> Type.BFLOAT16;
            default -> Type.OTHER;
        };
        this.raw = raw;
        this.packed = packed;
        this.single = single;
        this.external = external;
    }

    static OnnxTensor parse(String source, ProtoMessage message) {
        List<Integer> dimensions = new ArrayList<>();
        String name = "";
        long type = 0;
        MemorySegment raw = null;
        List<MemorySegment> packed = new ArrayList<>();
        List<Long> single = new ArrayList<>();
        boolean external = false;
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case 1 -> {
                    if (message.isBytes()) for (ProtoMessage run = message.message("dims"); !run.atEnd();) addDimension(dimensions, run.packedNumber(), message);
                    else addDimension(dimensions, message.number(), message);
                }
                case 2 -> type = message.number();
                case 4, 5, 7 -> {   // float_data, int32_data (also half floats), int64_data
                    if (message.isBytes()) packed.add(message.bytes());
                    else single.add(field == 4 ? Float.floatToRawIntBits(message.fixedFloat()) : message.number());
                }
                case 8 -> name = message.text();
                case 9 -> raw = message.bytes();
                case 13 -> {
                    external = true;
                    message.skip();
                }
                case 14 -> external |= message.number() == 1;
                default -> message.skip();
            }
        }
        if (type < 0 || type > 1000) throw message.error("tensor '" + name + "' has the unknown type " + type);
        return new OnnxTensor(source, name, dimensions.stream().mapToInt(Integer::intValue).toArray(), (int) type, raw, packed, single, external);
    }

    private static void addDimension(List<Integer> dimensions, long size, ProtoMessage message) {
        if (size < 0 || size > Integer.MAX_VALUE) throw message.error("a tensor's axis has the size " + size);
        if (dimensions.size() == MOST_AXES) throw message.error("a tensor has more than " + MOST_AXES + " axes");
        dimensions.add((int) size);
    }

    /** As the graph calls it; empty for the value of an attribute. */
    public String name() {
        return name;
    }

    public int[] shape() {
        return shape.clone();
    }

    public Type type() {
        return type;
    }

    /** Number of elements; an error where no array could hold them. */
    public int count() {
        long count = 1;
        for (int size : shape) {
            count *= size;
            if (count > Integer.MAX_VALUE - 8) throw error("it has more than 2³¹ elements");
        }
        return (int) count;
    }

    /** The values as float32; halves are widened exactly, other types refused. */
    public float[] floats() {
        checkInside();
        int count = count();
        return switch (type) {
            case FLOAT32 -> raw != null ? rawFloats(count) : packedFloats(count);
            case FLOAT16, BFLOAT16 -> raw != null ? rawHalves(count) : widened(varints(count));
            case INT64, OTHER -> throw error("expected floats (float32, float16 or bfloat16), found type " + typeNumber);
        };
    }

    /** The values of an int64 tensor. */
    public long[] longs() {
        checkInside();
        if (type != Type.INT64) throw error("expected int64, found type " + typeNumber);
        int count = count();
        if (raw == null) return varints(count);
        checkLength(raw.byteSize(), 8L * count);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) values[i] = ProtoMessage.longAt(raw, i);
        return values;
    }

    private float[] rawFloats(int count) {
        checkLength(raw.byteSize(), 4L * count);
        float[] values = new float[count];
        MemorySegment.copy(raw, FLOAT, 0, values, 0, count);
        return values;
    }

    private float[] rawHalves(int count) {
        checkLength(raw.byteSize(), 2L * count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = widened(raw.get(SHORT, 2L * i));
        return values;
    }

    private float[] packedFloats(int count) {
        checkLength(packed.stream().mapToLong(MemorySegment::byteSize).sum() + 4L * single.size(), 4L * count);
        float[] values = new float[count];
        int filled = 0;
        for (MemorySegment run : packed) {
            if (run.byteSize() % 4 != 0) throw error("a run of floats has " + run.byteSize() + " bytes");
            int length = (int) (run.byteSize() / 4);
            MemorySegment.copy(run, FLOAT, 0, values, filled, length);
            filled += length;
        }
        for (long bits : single) values[filled++] = Float.intBitsToFloat((int) bits);
        return values;
    }

    private long[] varints(int count) {
        // A number takes at least one byte, so a false count fails before anything of its size is allocated.
        long most = packed.stream().mapToLong(MemorySegment::byteSize).sum() + single.size();
        if (count > most) throw error("its shape needs " + count + " numbers, and there are at most " + most);
        long[] values = new long[count];
        int filled = 0;
        for (MemorySegment run : packed) {
            for (ProtoMessage numbers = new ProtoMessage(source + ", tensor '" + name + "'", run); !numbers.atEnd(); filled++) {
                if (filled == count) throw error("its shape needs " + count + " numbers, and there are more");
                values[filled] = numbers.packedNumber();
            }
        }
        for (long value : single) {
            if (filled == count) throw error("its shape needs " + count + " numbers, and there are more");
            values[filled++] = value;
        }
        if (filled < count) throw error("its shape needs " + count + " numbers, and there are " + filled);
        return values;
    }

    private float[] widened(long[] bits) {
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) values[i] = widened((short) bits[i]);
        return values;
    }

    private float widened(short bits) {
        return type == Type.FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    }

    private void checkInside() {
        if (external) throw error("its values lie in another file (external data), which is not read; save the model as one file");
    }

    private void checkLength(long found, long needed) {
        if (found != needed) throw error("its shape needs " + needed + " bytes, and there are " + found);
    }

    private OnnxException error(String what) {
        return new OnnxException(source + ": tensor '" + name + "' " + java.util.Arrays.toString(shape) + ": " + what);
    }
}
