package embedrl.models.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes of a GGUF file put together one field at a time, valid or not. */
final class RawGguf {
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /** Begins a file of version 3. */
    static RawGguf file(long tensors, long values) {
        return new RawGguf().int32(GgufHeader.MAGIC).int32(3).int64(tensors).int64(values);
    }

    RawGguf int32(int value) {
        bytes.putInt(value);
        return this;
    }

    RawGguf int64(long value) {
        bytes.putLong(value);
        return this;
    }

    RawGguf raw(int... values) {
        for (int value : values) {
            bytes.put((byte) value);
        }
        return this;
    }

    RawGguf text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.putLong(utf8.length).put(utf8);
        return this;
    }

    /** The key of a metadata value and its type; the value follows. */
    RawGguf key(String key, GgufValue.Type type) {
        return text(key).int32(type.id());
    }

    /** A tensor info; sizes as the file has them, fastest first. */
    RawGguf tensor(String name, int type, long offset, long... sizes) {
        text(name).int32(sizes.length);
        for (long size : sizes) {
            int64(size);
        }
        return int32(type).int64(offset);
    }

    /** Zeros up to a multiple of the alignment. */
    RawGguf align(int alignment) {
        while (bytes.position() % alignment != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    RawGguf zeros(int count) {
        bytes.put(new byte[count]);
        return this;
    }

    byte[] bytes() {
        byte[] file = new byte[bytes.position()];
        bytes.get(0, file);
        return file;
    }
}
