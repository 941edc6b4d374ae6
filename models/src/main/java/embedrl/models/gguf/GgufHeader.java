package embedrl.models.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what stands before the tensors of a GGUF file: version, metadata, tensor infos. Nothing is believed: each count is held against the bytes that are
 * left before anything is allocated for it, and tensors must lie inside the file without overlapping.
 *
 * <p>Format: ggml's GGUF specification, versions 2 and 3, little-endian.
 */
final class GgufHeader {
    static final int MAGIC = 0x46554747;   // "GGUF"
    static final int DEFAULT_ALIGNMENT = 32;
    static final String ALIGNMENT = "general.alignment";
    private static final long LARGEST_ALIGNMENT = 1 << 20;
    private static final int MOST_AXES = 4;
    private static final int DEEPEST_ARRAY = 4;
    /** The largest vocabularies have 3·10⁵ tokens in four arrays; a value takes some tens of bytes in memory, whatever it took in the file. */
    private static final long MOST_VALUES = 1 << 23;
    private static final int LONGEST_NAME = 65535;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final MemorySegment file;
    private long at;
    private long valuesLeft = MOST_VALUES;

    /** What the header says: the data section begins at byte {@code dataBegin} of the file. */
    record Content(int version, GgufMetadata metadata, Map<String, GgufTensor> tensors, long alignment, long dataBegin) {}

    private GgufHeader(String source, MemorySegment file) {
        this.source = source;
        this.file = file;
    }

    static Content parse(String source, MemorySegment file) {
        return new GgufHeader(source, file).parse();
    }

    private Content parse() {
        if (file.byteSize() < 24) {
            throw error("a GGUF file has at least 24 bytes, found " + file.byteSize());
        }
        int magic = int32("the magic number");
        if (magic != MAGIC) {
            throw error(String.format("not a GGUF file: it begins with the bytes %08x, not with 'GGUF' (47475546)", Integer.reverseBytes(magic)));
        }
        int version = int32("the version");
        if (version != 2 && version != 3) {
            int swapped = Integer.reverseBytes(version);
            throw error(swapped >= 1 && swapped <= 3 ? "the file is big-endian (version " + swapped + "); only little-endian files are read: convert it"
                    : "version " + Integer.toUnsignedString(version) + " is not read; 2 and 3 are");
        }
        // The least: a name of one byte, one axis (none: 4 bytes of count), type and offset; a key of one byte, a type and a value of one byte.
        long tensorCount = count("tensors", 8 + 1 + 4 + 4 + 8);
        long valueCount = count("metadata values", 8 + 1 + 4 + 1);
        Map<String, GgufValue> values = metadata(valueCount);
        GgufMetadata metadata = new GgufMetadata(source, values);
        long alignment = alignment(values.get(ALIGNMENT));
        List<GgufTensor> tensors = tensors(tensorCount, alignment);
        long dataBegin = Math.ceilDiv(at, alignment) * alignment;
        checkPlaces(tensors, Math.max(0, file.byteSize() - dataBegin));
        Map<String, GgufTensor> byName = new LinkedHashMap<>();
        for (GgufTensor tensor : tensors) {
            if (byName.putIfAbsent(tensor.name(), tensor) != null) {
                throw error("two tensors are named '" + tensor.name() + "'");
            }
        }
        return new Content(version, metadata, Collections.unmodifiableMap(byName), alignment, dataBegin);
    }

    private Map<String, GgufValue> metadata(long count) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String key = name("the key of metadata value " + i);
            GgufValue value = value("metadata '" + key + "'", type("metadata '" + key + "'"), 0);
            if (values.putIfAbsent(key, value) != null) {
                throw error("metadata '" + key + "' stands twice");
            }
        }
        return values;
    }

    private GgufValue.Type type(String what) {
        int id = int32("the type of " + what);
        GgufValue.Type type = GgufValue.Type.of(id);
        if (type == null) {
            throw error(what + ": unknown value type " + Integer.toUnsignedString(id) + ", known are 0 to " + (GgufValue.Type.values().length - 1));
        }
        return type;
    }

    private GgufValue value(String what, GgufValue.Type type, int depth) {
        if (--valuesLeft < 0) {
            throw error(what + ": the metadata holds more than " + MOST_VALUES + " values");
        }
        return switch (type) {
            case UINT8 -> new GgufValue.Whole(type, int8(what) & 0xFF);
            case INT8 -> new GgufValue.Whole(type, int8(what));
            case UINT16 -> new GgufValue.Whole(type, int16(what) & 0xFFFF);
            case INT16 -> new GgufValue.Whole(type, int16(what));
            case UINT32 -> new GgufValue.Whole(type, int32(what) & 0xFFFF_FFFFL);
            case INT32 -> new GgufValue.Whole(type, int32(what));
            case UINT64, INT64 -> new GgufValue.Whole(type, int64(what));
            case FLOAT32 -> new GgufValue.Real(type, Float.intBitsToFloat(int32(what)));
            case FLOAT64 -> new GgufValue.Real(type, Double.longBitsToDouble(int64(what)));
            case BOOL -> flag(what);
            case STRING -> new GgufValue.Text(string(what, Long.MAX_VALUE));
            case ARRAY -> array(what, depth + 1);
        };
    }

    private GgufValue flag(String what) {
        byte value = int8(what);
        if (value != 0 && value != 1) {
            throw error(what + ": a BOOL is 0 or 1, found " + value);
        }
        return new GgufValue.Flag(value == 1);
    }

    private GgufValue array(String what, int depth) {
        if (depth > DEEPEST_ARRAY) {
            throw error(what + ": arrays lie in arrays more than " + DEEPEST_ARRAY + " deep");
        }
        GgufValue.Type type = type(what);
        long count = count("elements of " + what, type.leastBytes());
        if (count > valuesLeft) {
            throw error(what + ": the metadata holds more than " + MOST_VALUES + " values");
        }
        List<GgufValue> elements = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            elements.add(value(what, type, depth));
        }
        return new GgufValue.Array(type, elements);
    }

    private long alignment(GgufValue value) {
        if (value == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (value instanceof GgufValue.Whole(_, long alignment) && alignment > 0 && alignment <= LARGEST_ALIGNMENT && Long.bitCount(alignment) == 1) {
            return alignment;
        }
        throw error("metadata '" + ALIGNMENT + "' must be a power of two up to " + LARGEST_ALIGNMENT + ", found " + value);
    }

    private List<GgufTensor> tensors(long count, long alignment) {
        List<GgufTensor> tensors = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = name("the name of tensor " + i);
            String what = "tensor '" + name + "'";
            int axes = int32(what);
            if (axes < 0 || axes > MOST_AXES) {
                throw error(what + " has " + Integer.toUnsignedString(axes) + " axes, at most " + MOST_AXES + " are allowed");
            }
            Long[] shape = new Long[axes];
            for (int axis = axes - 1; axis >= 0; axis--) {
                shape[axis] = int64(what);
            }
            int id = int32(what);
            GgmlType type = GgmlType.of(id).orElseThrow(() -> error(what + " has the type " + Integer.toUnsignedString(id)
                    + ", which is not read here; known are " + List.of(GgmlType.values())));
            long bytes = bytes(what, type, shape);
            long offset = int64(what);
            if (offset < 0 || offset % alignment != 0) {
                throw error(what + " begins at " + Long.toUnsignedString(offset) + ", which is not a multiple of the alignment " + alignment);
            }
            tensors.add(new GgufTensor(name, type, List.of(shape), offset, bytes));
        }
        return tensors;
    }

    private long bytes(String what, GgmlType type, Long[] shape) {
        long elements = 1;
        for (long size : shape) {
            if (size < 1 || size > Long.MAX_VALUE / 16 / elements) {
                throw error(what + ": the sizes " + List.of(shape) + " are not a possible shape");
            }
            elements *= size;
        }
        long columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        if (columns % type.blockSize() != 0) {
            throw error(what + ": a row of " + type + " is a multiple of " + type.blockSize() + " elements, found " + columns);
        }
        return elements / type.blockSize() * type.blockBytes();
    }

    private void checkPlaces(List<GgufTensor> tensors, long room) {
        GgufTensor before = null;
        for (GgufTensor tensor : tensors.stream().sorted(Comparator.comparingLong(GgufTensor::offset)).toList()) {
            if (tensor.offset() > room || tensor.bytes() > room - tensor.offset()) {
                throw error("tensor '" + tensor.name() + "' lies at " + tensor.offset() + " with " + tensor.bytes() + " bytes, outside of the data section, which has "
                        + room + " bytes; the file may be cut short");
            }
            if (before != null && tensor.offset() < before.offset() + before.bytes()) {
                throw error("tensors '" + before.name() + "' and '" + tensor.name() + "' overlap: bytes " + before.offset() + ".."
                        + (before.offset() + before.bytes()) + " and from " + tensor.offset());
            }
            before = tensor;
        }
    }

    private long count(String what, int leastBytes) {
        long count = int64("the number of " + what);
        if (count < 0 || count > (file.byteSize() - at) / leastBytes) {
            throw error("the file claims " + Long.toUnsignedString(count) + " " + what + ", and has " + (file.byteSize() - at) + " bytes left");
        }
        return count;
    }

    private String name(String what) {
        String name = string(what, LONGEST_NAME);
        if (name.isEmpty()) {
            throw error(what + " is empty");
        }
        return name;
    }

    private String string(String what, long longest) {
        long length = int64("the length of " + what);
        if (length < 0 || length > longest || length > file.byteSize() - at) {
            throw error(what + ": a string claims " + Long.toUnsignedString(length) + " bytes, at most " + Math.min(longest, file.byteSize() - at) + " are possible");
        }
        if (length > Integer.MAX_VALUE - 8) {
            throw error(what + ": a string of " + length + " bytes is longer than an array can be");
        }
        byte[] bytes = file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        at += length;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new GgufException(source + ": " + what + ": a string is not UTF-8", e);
        }
    }

    private byte int8(String what) {
        return file.get(ValueLayout.JAVA_BYTE, advance(what, 1));
    }

    private short int16(String what) {
        return file.get(SHORT, advance(what, 2));
    }

    private int int32(String what) {
        return file.get(INT, advance(what, 4));
    }

    private long int64(String what) {
        return file.get(LONG, advance(what, 8));
    }

    private long advance(String what, int bytes) {
        if (bytes > file.byteSize() - at) {
            throw error(what + ": the file ends at byte " + file.byteSize() + ", " + bytes + " bytes were expected from " + at);
        }
        long begin = at;
        at += bytes;
        return begin;
    }

    private GgufException error(String message) {
        return new GgufException(source + ": " + message);
    }
}
