package embedrl.tensor;

/** Conversion between FLOAT32 and the half-width storage types; narrowing rounds to nearest even. */
public final class HalfTypes {
    private HalfTypes() {
    }

    public static float widen(DType type, short bits) {
        return switch (type) {
            case BFLOAT16 -> Float.intBitsToFloat(bits << 16);
            case FLOAT16 -> Float.float16ToFloat(bits);
            default -> throw new TensorException("widen: " + type + " is not a half-width type");
        };
    }

    public static short narrow(DType type, float value) {
        return switch (type) {
            case BFLOAT16 -> {
                int bits = Float.floatToRawIntBits(value);
                if (Float.isNaN(value)) yield (short) ((bits >> 16) | 0x40);
                yield (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
            }
            case FLOAT16 -> Float.floatToFloat16(value);
            default -> throw new TensorException("narrow: " + type + " is not a half-width type");
        };
    }
}
