package embedrl.models.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged media files give a {@link MediaException} or pixels, and nothing else, in little time. */
class MediaFuzzTest {
    private static final MediaLimits LIMITS = new MediaLimits(1 << 16, 200, 1 << 20, Duration.ofSeconds(10));

    // PDFBox tells its log about every damage that it repairs.
    private static final Logger PDFBOX = Logger.getLogger("org.apache.pdfbox");
    private static final Logger FONTBOX = Logger.getLogger("org.apache.fontbox");

    static {
        PDFBOX.setLevel(Level.OFF);
        FONTBOX.setLevel(Level.OFF);
    }

    /** How a run ended. */
    record Outcome(int read, int refused, long slowestMillis, int slowest, Map<String, Integer> reasons) {}

    @ParameterizedTest
    @EnumSource(MediaFormat.class)
    void onlyCleanErrors(MediaFormat format) throws IOException {
        int count = switch (format) {
            case PDF -> 40;
            case MP4 -> 150;
            case WEBP -> 3000;
            default -> 600;
        };
        Outcome outcome = run(format, 1, count);
        assertThat(outcome.read() + outcome.refused()).isEqualTo(count);
        assertThat(outcome.refused()).isPositive();
        assertThat(outcome.slowestMillis()).isLessThan(10_000);
    }

    /** {@code FORMAT COUNT SEED}: a longer run; prints how it ended. */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        Outcome outcome = run(MediaFormat.valueOf(arguments[0]), Long.parseLong(arguments[2]), Integer.parseInt(arguments[1]));
        System.out.printf("%s: %d mutations in %.1f s, %d read, %d refused, slowest %d ms (number %d)%n", arguments[0], outcome.read() + outcome.refused(),
                (System.nanoTime() - start) / 1e9, outcome.read(), outcome.refused(), outcome.slowestMillis(), outcome.slowest());
        outcome.reasons().entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(8)
                .forEach(entry -> System.out.printf("  %d × %s%n", entry.getValue(), entry.getKey()));
        System.exit(0);   // threads of abandoned calls
    }

    private static Outcome run(MediaFormat format, long seed, int count) throws IOException {
        var mutations = new Mutations(seed, MediaSamples.of(format));
        int refused = 0;
        long slowestMillis = 0;
        int slowest = 0;
        var reasons = new TreeMap<String, Integer>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = mutations.next();
            if (format == MediaFormat.PNG && i % 2 == 0) {
                repairChecksums(bytes);
            } else if (format == MediaFormat.WEBP && i % 4 != 0) {
                repairLengths(bytes);
            }
            long start = System.nanoTime();
            try {
                use(format, bytes);
            } catch (MediaException clean) {
                refused++;
                reasons.merge(clean.getMessage().replaceAll("[0-9]+", "#").replaceFirst("^(.{70}).*", "$1"), 1, Integer::sum);
                if (clean.getMessage().contains("longer than")) {
                    throw new AssertionError("seed " + seed + ", mutation " + i + " hangs: " + clean.getMessage());
                }
            } catch (RuntimeException | Error other) {
                throw new AssertionError("seed " + seed + ", mutation " + i, other);
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            if (millis > slowestMillis) {
                slowestMillis = millis;
                slowest = i;
            }
        }
        return new Outcome(count - refused, refused, slowestMillis, slowest, reasons);
    }

    // Otherwise nearly every damage ends at a checksum.
    private static void repairChecksums(byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        for (int at = 8; at + 12 <= png.length; ) {
            int length = bytes.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                return;
            }
            var crc = new CRC32();
            crc.update(png, at + 4, length + 4);
            bytes.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
    }

    // Otherwise half of the damages end at a chunk that is longer than the file.
    private static void repairLengths(byte[] webp) {
        ByteBuffer bytes = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        if (webp.length < 20) {
            return;
        }
        bytes.putInt(4, webp.length - 8);
        for (int at = 12; at + 8 <= webp.length; ) {
            int left = webp.length - at - 8;
            int length = Integer.compareUnsigned(bytes.getInt(at + 4), left) > 0 ? left : bytes.getInt(at + 4);
            bytes.putInt(at + 4, length);
            at += 8 + length + (length & 1);
        }
    }

    private static void use(MediaFormat format, byte[] bytes) {
        switch (format) {
            case PDF -> {
                try (PdfFile pdf = PdfFile.open("damaged", bytes, LIMITS)) {
                    pdf.render(pdf.count() - 1, 36);
                }
            }
            case MP4 -> {
                FrameSource frames = FrameSource.open("damaged", bytes, LIMITS);
                frames.read(new int[] {0, frames.count() / 2});
            }
            case GIF, WEBP -> {
                ImageFile.read("damaged", bytes, ImageOpening.OPENED, LIMITS);
                FrameSource frames = FrameSource.open("damaged", bytes, LIMITS);
                frames.read(IntStream.range(0, Math.min(frames.count(), 5)).toArray());
            }
            case JPEG, PNG, BMP -> ImageFile.read("damaged", bytes, ImageOpening.values()[bytes.length % 3], LIMITS);
        }
    }
}
