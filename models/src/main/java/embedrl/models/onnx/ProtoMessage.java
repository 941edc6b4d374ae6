package embedrl.models.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks through the fields of one protobuf message in untrusted bytes. Every length is checked against the message before it is used, so that a damaged file
 * gives an {@link OnnxException} and never reads or allocates beyond its own size. Source: the protobuf encoding.
 */
final class ProtoMessage {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int LONGEST_TEXT = 1 << 16;

    private final String source;
    private final MemorySegment bytes;
    private long position;
    private int wire;

    /** source names the file and the message in errors. */
    ProtoMessage(String source, MemorySegment bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /** Number of the next field, whose value is read or skipped next; 0 at the end. */
    int next() {
        if (position == bytes.byteSize()) return 0;
        long tag = varint();
        int field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (tag >>> 3 < 1 || tag >>> 3 > 0x1fffffff) throw error("a field has the number " + (tag >>> 3));
        if (wire != VARINT && wire != FIXED64 && wire != BYTES && wire != FIXED32) throw error("field " + field + " has the unknown wire type " + wire);
        return field;
    }

    boolean atEnd() {
        return position == bytes.byteSize();
    }

    /** Whether the field's value is a run of bytes: a message, a text, or packed numbers. */
    boolean isBytes() {
        return wire == BYTES;
    }

    void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> take(8);
            case BYTES -> take(varint());
            default -> take(4);
        }
    }

    long number() {
        expect(VARINT, "a number");
        return varint();
    }

    float fixedFloat() {
        expect(FIXED32, "a float");
        return Float.intBitsToFloat(bytes.get(INT, take(4)));
    }

    MemorySegment bytes() {
        expect(BYTES, "bytes");
        long length = varint();
        return bytes.asSlice(take(length), length);
    }

    ProtoMessage message(String name) {
        return new ProtoMessage(source + ", " + name, bytes());
    }

    String text() {
        MemorySegment text = bytes();
        if (text.byteSize() > LONGEST_TEXT) throw error("a text is at most " + LONGEST_TEXT + " bytes long, found " + text.byteSize());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.toArray(ValueLayout.JAVA_BYTE))).toString();
        } catch (CharacterCodingException e) {
            throw error("a text is not UTF-8");
        }
    }

    /** A number of a packed run, which this message is. */
    long packedNumber() {
        return varint();
    }

    OnnxException error(String what) {
        return new OnnxException(source + ", byte " + position + ": " + what);
    }

    private void expect(int wanted, String what) {
        if (wire != wanted) throw error("expected " + what + ", found wire type " + wire);
    }

    /** Moves past this many bytes and returns where they began. */
    private long take(long length) {
        if (length < 0 || length > bytes.byteSize() - position)
            throw error("a field needs " + Long.toUnsignedString(length) + " bytes, and " + (bytes.byteSize() - position) + " are left");
        long start = position;
        position += length;
        return start;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = bytes.get(ValueLayout.JAVA_BYTE, take(1));
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) return value;
        }
        throw error("a number is longer than 10 bytes");
    }

    /** Reads a little-endian 64-bit number of a run of bytes. */
    static long longAt(MemorySegment bytes, long index) {
        return bytes.get(LONG, 8 * index);
    }
}
