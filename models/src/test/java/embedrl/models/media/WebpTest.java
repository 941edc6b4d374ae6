package embedrl.models.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds WebP files of chunks: alpha of every kind, frames laid on each other, and what is refused. */
class WebpTest {
    private static final String LOSSY = "webp-vp8-16.webp";      // 17 × 17
    private static final String LOSSLESS = "webp-vp8l-01.webp";  // 17 × 17

    private static RgbImage open(byte[] bytes) {
        return ImageFile.read("a", bytes, ImageOpening.OPENED, MediaLimits.DEFAULT);
    }

    private static void refuses(byte[] bytes, String message) {
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> open(bytes)).withMessage("a: " + message);
    }

    private static byte[] chunk(String name, byte[] payload) {
        int padded = payload.length + (payload.length & 1);
        return ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).put(name.getBytes(StandardCharsets.US_ASCII)).putInt(payload.length).put(payload).array();
    }

    private static byte[] file(byte[]... chunks) {
        var body = new ByteArrayOutputStream();
        body.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
        }
        return chunk("RIFF", body.toByteArray());
    }

    private static byte[] header(int flags, int width, int height) {
        return chunk("VP8X", ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(flags).putShort((short) (width - 1)).put((byte) 0)
                .putShort((short) (height - 1)).array());
    }

    private static byte[] frame(int x, int y, ImageSize size, int flags, byte[]... parts) {
        var out = new ByteArrayOutputStream();
        int[] numbers = {x / 2, y / 2, size.width() - 1, size.height() - 1, 40};
        for (int number : numbers) {
            out.writeBytes(new byte[] {(byte) number, (byte) (number >> 8), 0});
        }
        out.write(flags);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return chunk("ANMF", out.toByteArray());
    }

    // The payload of the only chunk of a file.
    private static byte[] payload(String name) {
        byte[] bytes = MediaSamples.resource(name);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return Arrays.copyOfRange(bytes, 20, 20 + file.getInt(16));
    }

    private static byte[] lossy() {
        return payload(LOSSY);
    }

    private static ImageSize lossySize() {
        return open(MediaSamples.resource(LOSSY)).size();
    }

    private static byte[] rawAlpha(int filter, int[] alpha) {
        byte[] bytes = new byte[1 + alpha.length];
        bytes[0] = (byte) (filter << 2);
        for (int i = 0; i < alpha.length; i++) {
            bytes[1 + i] = (byte) alpha[i];
        }
        return chunk("ALPH", bytes);
    }

    // The steps that a filter leaves of alpha.
    private static int[] steps(int filter, int[] alpha, int width) {
        return IntStream.range(0, alpha.length).map(at -> {
            int x = at % width;
            int y = at / width;
            int left = x > 0 ? alpha[at - 1] : 0;
            int above = y > 0 ? alpha[at - width] : 0;
            int predicted = switch (filter) {
                case 0 -> 0;
                case 1 -> x > 0 ? left : above;
                case 2 -> y > 0 ? above : left;
                default -> x == 0 ? above : y == 0 ? left : Math.clamp(left + above - alpha[at - width - 1], 0, 255);
            };
            return alpha[at] - predicted;
        }).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void alphaOfEveryFilter(int filter) throws Exception {
        ImageSize size = lossySize();
        int[] alpha = IntStream.range(0, (int) size.pixels()).map(i -> i * i / 3 & 255).toArray();
        byte[] bytes = file(header(16, size.width(), size.height()), rawAlpha(filter, steps(filter, alpha, size.width())), chunk("VP8 ", lossy()));
        int[] argb = WebpFile.read(bytes, MediaLimits.DEFAULT).canvasOf().advance();
        assertThat(Arrays.stream(argb).map(pixel -> pixel >>> 24).toArray()).isEqualTo(alpha);
        assertThat(Arrays.stream(argb).map(pixel -> pixel & 0xffffff).toArray()).isEqualTo(open(MediaSamples.resource(LOSSY)).pixels());
    }

    @Test
    void alphaCountsWithItsFlagAlone() {
        ImageSize size = lossySize();
        byte[] alpha = rawAlpha(0, new int[(int) size.pixels()]);
        RgbImage opaque = open(MediaSamples.resource(LOSSY));
        assertThat(open(file(header(0, size.width(), size.height()), alpha, chunk("VP8 ", lossy())))).isEqualTo(opaque);
        RgbImage white = open(file(header(16, size.width(), size.height()), alpha, chunk("VP8 ", lossy())));
        assertThat(Arrays.stream(white.pixels()).distinct().toArray()).containsExactly(0xffffff);
    }

    @Test
    void refusesDamagedAlpha() {
        ImageSize size = lossySize();
        byte[] header = header(16, size.width(), size.height());
        byte[] lossy = chunk("VP8 ", lossy());
        refuses(file(header, chunk("ALPH", new byte[10]), lossy), "WebP: the alpha of " + size + " pixels is truncated: it has 9 bytes");
        refuses(file(header, chunk("ALPH", new byte[] {2, 0}), lossy), "WebP: the alpha states method 2 and flags 0, known are 0 and 1");
        refuses(file(header, chunk("ALPH", new byte[] {(byte) 0xc0, 0}), lossy), "WebP: the alpha states method 0 and flags 12, known are 0 and 1");
        refuses(file(header, chunk("ALPH", new byte[] {1, 0, 0}), lossy), "WebP: a prefix code is incomplete");
    }

    @Test
    void ignoresTheScalingThatAFrameSuggests() {
        byte[] scaled = lossy();
        scaled[7] |= (byte) 0x80;
        scaled[9] |= 0x40;
        assertThat(open(file(chunk("VP8 ", scaled)))).isEqualTo(open(MediaSamples.resource(LOSSY)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, WebP: the lossy picture does not begin with a key frame", "3, 1, WebP: the lossy picture does not begin with a key frame",
        "0, 8, 'WebP: the lossy picture must have a profile of 0 to 3 and be shown, got 5 and 1'",
        "0, 16, 'WebP: the lossy picture must have a profile of 0 to 3 and be shown, got 1 and 0'"})
    void refusesOtherFrames(int at, int flip, String message) {
        byte[] bytes = lossy();
        bytes[at] ^= (byte) flip;
        refuses(file(chunk("VP8 ", bytes)), message);
    }

    @Test
    void refusesEveryCutOfTheStream() {
        for (String name : List.of(LOSSY, LOSSLESS, "webp-vp8-18.webp", "webp-vp8l-05.webp")) {
            byte[] bytes = payload(name);
            // The encoder's last bytes may hold no more than the end of its interval.
            for (int length = 0; length < bytes.length - 8; length += 1 + bytes.length / 200) {
                byte[] cut = file(chunk(name.contains("vp8l") ? "VP8L" : "VP8 ", Arrays.copyOf(bytes, length)));
                assertThatExceptionOfType(MediaException.class).as("%s, %d bytes", name, length).isThrownBy(() -> open(cut));
            }
        }
    }

    @Test
    void frameOverFrame() throws Exception {
        ImageSize size = lossySize();
        int width = size.width() + 4;
        int height = size.height() + 4;
        int count = (int) size.pixels();
        int[] half = IntStream.range(0, count).map(_ -> 128).toArray();
        byte[] opaque = chunk("VP8 ", lossy());
        byte[] bytes = file(header(16 | 2, width, height), chunk("ANIM", new byte[6]),
                frame(0, 0, size, 0, opaque),
                frame(2, 2, size, 1, rawAlpha(0, half), opaque),       // blended, then cleared
                frame(4, 4, size, 2, rawAlpha(0, half), opaque),       // laid as it is
                frame(0, 0, size, 0, rawAlpha(0, new int[count]), opaque));
        WebpCanvas canvas = WebpFile.read(bytes, MediaLimits.DEFAULT).canvasOf();
        int[] colors = open(MediaSamples.resource(LOSSY)).pixels();
        var steps = new ArrayList<int[]>();
        for (int i = 0; i < 4; i++) {
            steps.add(canvas.advance().clone());
        }
        int row = size.width();
        assertThat(steps.get(0)[width + 1]).isEqualTo(255 << 24 | colors[row + 1]);
        assertThat(steps.get(0)[5 * width + width - 1]).isZero();
        int over = colors[row + 1];
        int below = colors[3 * row + 3];
        int blended = 255 << 24;
        for (int shift = 0; shift < 24; shift += 8) {
            // 255 · (256 − 128) >> 8 = 127 of what is below; 2^24 / 255, rounded down, divides.
            blended |= (int) (((over >> shift & 255) * 128L + (below >> shift & 255) * 127L) * 65793 >> 24) << shift;
        }
        assertThat(steps.get(1)[3 * width + 3]).isEqualTo(blended);
        assertThat(steps.get(1)[3 * width + size.width() + 1]).as("over nothing").matches(pixel -> pixel >>> 24 == 128);
        assertThat(steps.get(2)[3 * width + 3]).as("cleared").isZero();
        assertThat(steps.get(2)[width + 1]).isEqualTo(255 << 24 | colors[row + 1]);
        assertThat(steps.get(2)[5 * width + 5]).isEqualTo(128 << 24 | colors[row + 1]);
        assertThat(steps.get(3)).as("transparent").isEqualTo(steps.get(2));
    }

    @Test
    void refusesFramesOutsideTheCanvas() {
        ImageSize size = lossySize();
        byte[] opaque = chunk("VP8 ", lossy());
        refuses(file(header(2, size.width(), size.height()), frame(2, 0, size, 0, opaque)),
                "WebP: a frame of " + size + " at 0, 2 leaves the canvas of " + size);
        refuses(file(frame(0, 0, size, 0, opaque)), "WebP: a frame comes before the canvas");
        refuses(file(header(2, 99, 99), frame(0, 0, new ImageSize(9, 9), 0, opaque)), "WebP: a frame of 9 × 9 holds a picture of " + size);
        refuses(file(header(2, 99, 99), frame(0, 0, size, 0)), "WebP: a frame has no picture");
        refuses(file(header(2, 99, 99)), "WebP: has no picture");
    }

    @Test
    void refusesTransformsThatComeTwice() {
        // A header of 1 × 1 and twice "there is one, subtract green": 1, 2 in two bits, again.
        byte[] bytes = {0x2f, 0, 0, 0, 0, 0b101 | 0b101 << 3, 0, 0};
        refuses(file(chunk("VP8L", bytes)), "WebP: transform 2 is there twice");
        refuses(file(chunk("VP8L", new byte[] {0x2f, 0, 0, 0, (byte) 0x80, 0})), "WebP: the lossless picture has version 4, known is 0");
        refuses(file(chunk("VP8L", new byte[] {1, 0, 0, 0, 0, 0})), "WebP: the lossless picture has no signature");
        refuses(file(chunk("VP8L", new byte[] {0x2f, 0, 0, 0, 0, 0b10})), "WebP: recent colors must have 1 to 11 bits, got 0");
    }
}
