package embedrl.embedrl.run;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes metrics as TensorBoard scalars, under the tag {@code phase/name}.
 *
 * <p>The file is a row of TFRecords: length (8 bytes, little-endian), its masked CRC-32C, the data, its masked CRC-32C. The data is an {@code Event} in protocol
 * buffers: wall time (field 1, double), step (2, varint), file version (3, string), summary (5), whose values (1) have a tag (1) and a simple value (2, float).
 */
public final class TensorBoardLog implements RunListener, Closeable {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final OutputStream out;
    private final InstantSource clock;

    /** Creates a new event file in a folder; TensorBoard reads all event files of a folder as one run. */
    public TensorBoardLog(Path folder, InstantSource clock) throws IOException {
        this.clock = clock;
        Instant now = clock.instant();
        String name = "events.out.tfevents." + now.getEpochSecond() + "." + now.getNano() + ".embedrl";
        out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW));
        var version = new Message();
        version.fixed64(1, Double.doubleToRawLongBits(seconds(now)));
        version.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        record(version.toByteArray());
        out.flush();
    }

    @Override
    public void onStep(String phase, long step, Map<String, Double> metrics) {
        var summary = new Message();
        metrics.forEach((name, value) -> {
            var scalar = new Message();
            scalar.bytes(1, (phase + "/" + name).getBytes(StandardCharsets.UTF_8));
            scalar.fixed32(2, Float.floatToRawIntBits(value.floatValue()));
            summary.bytes(1, scalar.toByteArray());
        });
        var event = new Message();
        event.fixed64(1, Double.doubleToRawLongBits(seconds(clock.instant())));
        event.varint(2, step);
        event.bytes(5, summary.toByteArray());
        try {
            record(event.toByteArray());
            out.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private void record(byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
        out.write(length);
        out.write(maskedChecksum(length));
        out.write(data);
        out.write(maskedChecksum(data));
    }

    private static byte[] maskedChecksum(byte[] data) {
        var checksum = new CRC32C();
        checksum.update(data);
        int value = Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A protocol buffers message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

        void varint(int field, long value) {
            tag(field, VARINT);
            raw(value);
        }

        void fixed64(int field, long bits) {
            tag(field, FIXED64);
            fields.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array());
        }

        void fixed32(int field, int bits) {
            tag(field, FIXED32);
            fields.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).array());
        }

        void bytes(int field, byte[] value) {
            tag(field, BYTES);
            raw(value.length);
            fields.writeBytes(value);
        }

        private void tag(int field, int wireType) {
            raw((long) field << 3 | wireType);
        }

        private void raw(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                fields.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            fields.write((int) rest);
        }

        byte[] toByteArray() {
            return fields.toByteArray();
        }
    }
}
