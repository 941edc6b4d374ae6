package embedrl.nn.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON header of a safetensors file, parsed and checked against the bytes that follow it.
 *
 * <p>A header that passes describes every data byte exactly once, so reading a tensor needs no further checks of bounds.
 *
 * @param entries  the tensors by name
 * @param metadata the string pairs of {@code __metadata__}
 */
record SafetensorsHeader(SortedMap<String, TensorEntry> entries, Map<String, String> metadata) {
    /** The largest header that is read, in bytes; the limit of the reference implementation. */
    static final long LARGEST = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /**
     * Parses a header and checks it against the number of data bytes.
     *
     * @param source    what to call the file in errors
     * @param json      the header's bytes
     * @param dataBytes how many bytes follow the header
     */
    static SafetensorsHeader parse(String source, byte[] json, long dataBytes) {
        if (json.length == 0 || json[0] != '{') {
            throw error(source, "the header must start with '{', found "
                    + (json.length == 0 ? "nothing" : "byte 0x" + Integer.toHexString(json[0] & 0xff)));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(source + ": the header is not UTF-8", e);
        }
        SortedMap<String, TensorEntry> entries = new TreeMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            expect(source, parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = wellFormed(source, parser.currentName());
                if (name.equals(METADATA)) {
                    readMetadata(source, parser, metadata);
                } else {
                    entries.put(name, readEntry(source, name, parser));
                }
            }
            if (parser.nextToken() != null) {
                throw error(source, "something follows the header's closing brace");
            }
        } catch (JacksonException e) {
            throw new SafetensorsException(source + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
        checkSpans(source, entries, dataBytes);
        return new SafetensorsHeader(Collections.unmodifiableSortedMap(entries), Collections.unmodifiableMap(metadata));
    }

    private static void readMetadata(String source, JsonParser parser, Map<String, String> metadata) {
        expect(source, parser, parser.nextToken(), JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = wellFormed(source, parser.currentName());
            expect(source, parser, parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " '" + key + "'");
            metadata.put(key, wellFormed(source, parser.getString()));
        }
    }

    private static TensorEntry readEntry(String source, String name, JsonParser parser) {
        String what = "tensor '" + name + "'";
        expect(source, parser, parser.nextToken(), JsonToken.START_OBJECT, what);
        ElementType type = null;
        long[] shape = null;
        long[] offsets = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            switch (parser.currentName()) {
                case "dtype" -> {
                    expect(source, parser, parser.nextToken(), JsonToken.VALUE_STRING, what + " dtype");
                    type = ElementType.named(parser.getString());
                    if (type == null) {
                        throw error(source, what + ": unknown dtype '" + parser.getString() + "', known are "
                                + Arrays.toString(ElementType.values()));
                    }
                }
                case "shape" -> shape = readSizes(source, parser, what + " shape");
                case "data_offsets" -> offsets = readSizes(source, parser, what + " data_offsets");
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw error(source, what + ": dtype, shape and data_offsets are required, missing "
                    + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw error(source, what + ": data_offsets must be [begin, end] with begin ≤ end, found " + Arrays.toString(offsets));
        }
        long bytes = type.bytes();
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException e) {
            throw new SafetensorsException(source + ": " + what + ": shape " + Arrays.toString(shape) + " overflows 64 bits", e);
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw error(source, what + ": " + type + Arrays.toString(shape) + " takes " + bytes + " bytes, data_offsets "
                    + Arrays.toString(offsets) + " span " + (offsets[1] - offsets[0]));
        }
        return new TensorEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static long[] readSizes(String source, JsonParser parser, String what) {
        expect(source, parser, parser.nextToken(), JsonToken.START_ARRAY, what);
        long[] sizes = new long[4];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(source, parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
            long size = parser.getLongValue();
            if (size < 0) {
                throw error(source, what + ": sizes and offsets are not negative, found " + size);
            }
            if (count == sizes.length) {
                sizes = Arrays.copyOf(sizes, 2 * count);
            }
            sizes[count++] = size;
        }
        return Arrays.copyOf(sizes, count);
    }

    private static void checkSpans(String source, SortedMap<String, TensorEntry> entries, long dataBytes) {
        List<TensorEntry> byOffset = entries.values().stream()
                .sorted(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end)).toList();
        long position = 0;
        for (TensorEntry entry : byOffset) {
            if (entry.begin() != position) {
                throw error(source, "tensor '" + entry.name() + "' must begin at byte " + position
                        + ", where the one before it ends, found " + entry.begin()
                        + (entry.begin() > position ? " (a hole)" : " (an overlap)"));
            }
            position = entry.end();
        }
        if (position != dataBytes) {
            throw error(source, "the tensors end at byte " + position + ", the file holds " + dataBytes
                    + " data bytes" + (position > dataBytes ? ": it was cut short" : ": something follows the last tensor"));
        }
    }

    private static void expect(String source, JsonParser parser, JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw error(source, what + ": expected " + expected + ", found " + found + " at character "
                    + parser.currentTokenLocation().getCharOffset() + " of the header");
        }
    }

    // A JSON escape can name half of a surrogate pair, which no UTF-8 text can hold.
    private static String wellFormed(String source, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw error(source, "the header escapes half of a surrogate pair");
            }
        }
        return text;
    }

    private static SafetensorsException error(String source, String message) {
        return new SafetensorsException(source + ": " + message);
    }
}
