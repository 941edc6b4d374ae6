package embedrl.models.gguf;

import java.util.List;

/** One metadata value of a GGUF file, with the exact type under which the file stores it. */
public sealed interface GgufValue {
    /** Value types with their numbers in the file. */
    enum Type {
        UINT8(1), INT8(1), UINT16(2), INT16(2), UINT32(4), INT32(4), FLOAT32(4), BOOL(1), STRING(8), ARRAY(12), UINT64(8), INT64(8), FLOAT64(8);

        private final int leastBytes;

        Type(int leastBytes) {
            this.leastBytes = leastBytes;
        }

        /** The number in the file. */
        public int id() {
            return ordinal();
        }

        /** Bytes that a value takes at least: all of a scalar, the lengths of a string or an array. */
        int leastBytes() {
            return leastBytes;
        }

        /** The type of that number, or null where there is none. */
        static Type of(int id) {
            return id >= 0 && id < values().length ? values()[id] : null;
        }
    }

    /** The type in the file. */
    Type type();

    /** An integer of one of the eight integer types; UINT64 by its bits, so that values from 2^63 are negative here. */
    record Whole(Type type, long value) implements GgufValue {
        /** Checks the type and the range. */
        public Whole {
            boolean fits = switch (type) {
                case UINT8 -> value >= 0 && value < 1L << 8;
                case INT8 -> value == (byte) value;
                case UINT16 -> value >= 0 && value < 1L << 16;
                case INT16 -> value == (short) value;
                case UINT32 -> value >= 0 && value < 1L << 32;
                case INT32 -> value == (int) value;
                case UINT64, INT64 -> true;
                case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
            };
            if (!fits) {
                throw new GgufException("metadata: " + value + " is not a value of type " + type);
            }
        }

        @Override
        public String toString() {
            return type == Type.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
        }
    }

    /** A number of FLOAT32 or FLOAT64. */
    record Real(Type type, double value) implements GgufValue {
        /** Checks the type, and that a FLOAT32 holds the value. */
        public Real {
            if (type != Type.FLOAT64 && (type != Type.FLOAT32 || Double.compare((float) value, value) != 0)) {
                throw new GgufException("metadata: " + value + " is not a value of type " + type);
            }
        }

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** True or false. */
    record Flag(boolean value) implements GgufValue {
        @Override
        public Type type() {
            return Type.BOOL;
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A string. */
    record Text(String value) implements GgufValue {
        @Override
        public Type type() {
            return Type.STRING;
        }

        @Override
        public String toString() {
            return '"' + (value.length() > 80 ? value.substring(0, 80) + "…" : value) + '"';
        }
    }

    /** Values of one type; elements may be arrays again. */
    record Array(Type elementType, List<GgufValue> elements) implements GgufValue {
        /** Copies the list and checks that all elements are of the type. */
        public Array {
            elements = List.copyOf(elements);
            for (GgufValue element : elements) {
                if (element.type() != elementType) {
                    throw new GgufException("metadata: an array of " + elementType + " holds a value of type " + element.type());
                }
            }
        }

        @Override
        public Type type() {
            return Type.ARRAY;
        }

        @Override
        public String toString() {
            return elementType + "[" + elements.size() + "]";
        }
    }

    /** An UINT32. */
    static GgufValue of(int value) {
        return new Whole(Type.UINT32, value);
    }

    /** A FLOAT32. */
    static GgufValue of(float value) {
        return new Real(Type.FLOAT32, value);
    }

    /** A BOOL. */
    static GgufValue of(boolean value) {
        return new Flag(value);
    }

    /** A STRING. */
    static GgufValue of(String value) {
        return new Text(value);
    }

    /** An ARRAY of STRING. */
    static GgufValue ofTexts(List<String> values) {
        return new Array(Type.STRING, values.stream().<GgufValue>map(Text::new).toList());
    }

    /** An ARRAY of INT32. */
    static GgufValue ofInts(List<Integer> values) {
        return new Array(Type.INT32, values.stream().<GgufValue>map(value -> new Whole(Type.INT32, value)).toList());
    }
}
