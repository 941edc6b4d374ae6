package embedrl.embedrl.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files with a reader of its own: framing, checksum and protocol buffers written from their definitions, bit by bit. */
class TensorBoardLogTest {

    @TempDir
    private Path folder;

    @Test
    void theChecksumOfThisTestIsCrc32c() {
        // Check value of the CRC catalogue for CRC-32C.
        assertThat(crc32c("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xE3069283);
    }

    @Test
    void theFirstRecordIsTheVersionByteForByte() throws IOException {
        try (var _ = new TensorBoardLog(folder, InstantSource.fixed(Instant.ofEpochSecond(1)))) {
            byte[] event = records().getFirst();
            var expected = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x09).putDouble(1.0).put((byte) 0x1a).put((byte) 13)
                    .put("brain.Event:2".getBytes(StandardCharsets.US_ASCII));
            assertThat(event).containsExactly(expected.array());
        }
    }

    @Test
    void aScalarIsAnEventWithWallTimeStepTagAndValue() throws IOException {
        try (var log = new TensorBoardLog(folder, InstantSource.fixed(Instant.ofEpochMilli(1_500)))) {
            log.onStep("egrl", 300, Map.of("kl", 0.25));
        }
        List<byte[]> records = records();
        assertThat(records).hasSize(2);
        ByteBuffer event = ByteBuffer.wrap(records.get(1)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(event.get()).isEqualTo((byte) (1 << 3 | 1));
        assertThat(event.getDouble()).isEqualTo(1.5);
        assertThat(event.get()).isEqualTo((byte) (2 << 3));
        assertThat(new byte[] {event.get(), event.get()}).containsExactly(0xAC, 0x02);   // 300 as a varint
        assertThat(event.get()).isEqualTo((byte) (5 << 3 | 2));
        assertThat(event.get()).as("rest of the event").isEqualTo((byte) event.remaining());
        assertThat(event.get()).isEqualTo((byte) (1 << 3 | 2));
        assertThat(event.get()).isEqualTo((byte) event.remaining());
        assertThat(event.get()).isEqualTo((byte) (1 << 3 | 2));
        byte[] tag = new byte[event.get()];
        event.get(tag);
        assertThat(tag).asString(StandardCharsets.UTF_8).isEqualTo("egrl/kl");
        assertThat(event.get()).isEqualTo((byte) (2 << 3 | 5));
        assertThat(event.getFloat()).isEqualTo(0.25f);
        assertThat(event.hasRemaining()).isFalse();
    }

    @Test
    void twoLogsOfOneFolderAreTwoFiles() throws IOException {
        var clock = new ArrayList<>(List.of(Instant.ofEpochSecond(1, 1), Instant.ofEpochSecond(1, 2)));
        try (var _ = new TensorBoardLog(folder, clock::removeFirst); var _ = new TensorBoardLog(folder, clock::removeFirst)) {
            try (var files = Files.list(folder)) {
                assertThat(files).hasSize(2);
            }
        }
    }

    private List<byte[]> records() throws IOException {
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertThat(bytes.getInt()).as("checksum of the length").isEqualTo(masked(length));
            byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            bytes.get(data);
            assertThat(bytes.getInt()).as("checksum of the data").isEqualTo(masked(data));
            records.add(data);
        }
        return records;
    }

    private static int masked(byte[] data) {
        int crc = crc32c(data);
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static int crc32c(byte[] data) {
        int crc = -1;
        for (byte next : data) {
            crc ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
            }
        }
        return ~crc;
    }
}
