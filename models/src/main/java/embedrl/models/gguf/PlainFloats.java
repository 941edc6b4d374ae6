package embedrl.models.gguf;

import embedrl.tensor.DType;
import embedrl.tensor.HalfTypes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Single numbers in little-endian bytes: F32, F16 and BF16. */
final class PlainFloats {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainFloats() {
    }

    static float f32(byte[] bytes, int at) {
        return Float.intBitsToFloat((int) INT.get(bytes, at));
    }

    static float f16(byte[] bytes, int at) {
        return Float.float16ToFloat((short) SHORT.get(bytes, at));
    }

    static float bf16(byte[] bytes, int at) {
        return HalfTypes.widen(DType.BFLOAT16, (short) SHORT.get(bytes, at));
    }

    static void putF32(float value, byte[] bytes, int at) {
        INT.set(bytes, at, Float.floatToRawIntBits(value));
    }

    static void putF16(float value, byte[] bytes, int at) {
        SHORT.set(bytes, at, Float.floatToFloat16(value));
    }

    static void putBf16(float value, byte[] bytes, int at) {
        SHORT.set(bytes, at, HalfTypes.narrow(DType.BFLOAT16, value));
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }
}
