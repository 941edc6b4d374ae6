package embedrl.models.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Opens files of every kind and compares their pixels with those of Pillow, libpng, libjpeg and FFmpeg. */
class MediaFilesTest {
    private static Stream<String> expectations() {
        return new String(MediaSamples.resource("expected.txt"), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#") && !line.contains(" VIDEO "));
    }

    private static String checksum(RgbImage image) {
        var crc = new CRC32();
        for (int pixel : image.pixels()) {
            crc.update(pixel >> 16);
            crc.update(pixel >> 8);
            crc.update(pixel);
        }
        return String.format("%08x", crc.getValue());
    }

    @ParameterizedTest
    @MethodSource("expectations")
    void pixels(String line) {
        String[] parts = line.split(" ");
        byte[] bytes = MediaSamples.resource(parts[0]);
        ImageSize size = new ImageSize(Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
        if (parts[1].equals("FRAMES")) {
            FrameSource frames = FrameSource.open(parts[0], bytes, MediaLimits.DEFAULT);
            List<RgbImage> all = frames.read(IntStream.range(0, frames.count()).toArray());
            assertThat(frames.size()).isEqualTo(size);
            assertThat(all.stream().map(MediaFilesTest::checksum)).containsExactly(Arrays.copyOfRange(parts, 4, parts.length));
            assertThat(frames.read(new int[] {1, 1, 3})).containsExactly(all.get(1), all.get(1), all.get(3));
            return;
        }
        RgbImage image = ImageFile.read(parts[0], bytes, ImageOpening.valueOf(parts[1]), MediaLimits.DEFAULT);
        assertThat(image.size()).isEqualTo(size);
        assertThat(checksum(image)).isEqualTo(parts[4]);
    }

    @Test
    void showsSixteenBitsScaledAndUpright() {
        RgbImage clipped = ImageFile.read("grey", MediaSamples.resource("png-c0-d16-i0.png"), ImageOpening.OPENED, MediaLimits.DEFAULT);
        RgbImage scaled = ImageFile.read("grey", MediaSamples.resource("png-c0-d16-i0.png"), ImageOpening.SHOWN, MediaLimits.DEFAULT);
        assertThat(Arrays.stream(clipped.pixels()).filter(pixel -> pixel == 0xffffff).count()).isGreaterThan(130);
        assertThat(Arrays.stream(scaled.pixels()).distinct().count()).isGreaterThan(90);
        ImageSize turned = ImageFile.read("exif", MediaSamples.resource("jpeg-exif6.jpg"), ImageOpening.SHOWN, MediaLimits.DEFAULT).size();
        assertThat(turned).isEqualTo(new ImageSize(40, 24));
    }

    @Test
    void videoMatchesFfmpeg() {
        FrameSource video = FrameSource.open("video.mp4", MediaSamples.resource("video.mp4"), MediaLimits.DEFAULT);
        assertThat(video.count()).isEqualTo(12);
        assertThat(video.fps()).isEqualTo(10, within(1e-9));
        assertThat(video.seconds(7)).isEqualTo(0.7, within(1e-9));
        assertThat(video.size()).isEqualTo(new ImageSize(48, 64));
        List<RgbImage> frames = video.read(IntStream.range(0, 12).toArray());
        List<String> expected = new String(MediaSamples.resource("video.txt"), StandardCharsets.UTF_8).lines().skip(1).toList();
        for (int frame = 0; frame < 12; frame++) {
            int[] means = Arrays.stream(expected.get(frame).split(" ")).mapToInt(Integer::parseInt).toArray();
            for (int i = 0; i < means.length; i++) {
                int block = i / 3;
                double sum = 0;
                for (int at = 0; at < 64; at++) {
                    sum += frames.get(frame).pixels()[(block / 8 * 8 + at / 8) * 64 + block % 8 * 8 + at % 8] >> 16 - 8 * (i % 3) & 255;
                }
                assertThat(sum / 64).as("frame %d, block %d, channel %d", frame, block, i % 3).isEqualTo(means[i], within(2.5));
            }
        }
        assertThat(video.read(new int[] {9})).containsExactly(frames.get(9));
        assertThat(video.read(new int[] {3, 10, 10})).containsExactly(frames.get(3), frames.get(10), frames.get(10));
        assertThatIllegalArgumentException().isThrownBy(() -> video.read(new int[] {3, 2})).withMessageContaining("must rise within 0 … 11");
        assertThatIllegalArgumentException().isThrownBy(() -> video.read(new int[] {12}));
    }

    @Test
    void opensBmp() throws IOException {
        var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 0x123456);
        RgbImage read = ImageFile.read("bmp", MediaSamples.encoded(image, "bmp"), ImageOpening.PATH, MediaLimits.DEFAULT);
        assertThat(read).isEqualTo(new RgbImage(new ImageSize(2, 3), new int[] {0, 0, 0, 0, 0, 0x123456}));
        assertThat(RgbImage.of(read.toBufferedImage())).isEqualTo(read);
    }

    @Test
    void timesOfAnimations() {
        FrameSource gif = FrameSource.open("anim", MediaSamples.resource("webp-anim.webp"), MediaLimits.DEFAULT);
        assertThat(gif.count()).isEqualTo(6);
        assertThat(gif.seconds(3)).isEqualTo(0.24, within(1e-9));
        assertThat(gif.fps()).isEqualTo(6 / 0.42, within(1e-9));
    }

    @Test
    void pages() throws IOException {
        try (PdfFile pdf = PdfFile.open("two pages", MediaSamples.pdf(2, CompressParameters.DEFAULT_COMPRESSION), MediaLimits.DEFAULT)) {
            assertThat(pdf.count()).isEqualTo(2);
            RgbImage page = pdf.render(1, 144);
            assertThat(page.size()).isEqualTo(new ImageSize(100, 200));
            assertThat(page.pixels()[20 * 200 + 20]).isZero();
            assertThat(page.pixels()[80 * 200 + 150]).isEqualTo(0xff0000);
            assertThat(page.pixels()[80 * 200 + 20]).isEqualTo(0xffffff);
            assertThatIllegalArgumentException().isThrownBy(() -> pdf.render(2, 72));
            assertThatExceptionOfType(MediaException.class).isThrownBy(() -> pdf.render(0, 1e6)).withMessageStartingWith("two pages: a picture may have at most");
            assertThat(pdf.render(0, 72).size()).isEqualTo(new ImageSize(50, 100));
        }
    }

    @Test
    void givesUpAfterTheTimeLimit() {
        MediaLimits short50 = MediaLimits.DEFAULT.withTime(Duration.ofMillis(50));
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> Decoding.timed("slow", short50, () -> {
            Thread.sleep(60_000);
            return 1;
        })).withMessage("slow: decoding took longer than the limit of PT0.05S");
    }

    @Test
    void cleansWhateverDecodersThrow() {
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> Decoding.run("deep", () -> {
            throw new StackOverflowError();
        })).withMessage("deep: cannot be decoded: it is nested too deeply");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> Decoding.timed("odd", MediaLimits.DEFAULT, () -> {
            throw new IllegalStateException("no xref");
        })).withMessage("odd: cannot be decoded: java.lang.IllegalStateException: no xref");
    }

    @Test
    void foldersOfFrames(@TempDir Path folder) throws IOException {
        for (int i = 1; i <= 11; i++) {
            var image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, i);
            Files.write(folder.resolve("frame-" + i + ".png"), MediaSamples.encoded(image, "png"));
        }
        Files.writeString(folder.resolve("notes.txt"), "no frame");
        FrameSource frames = FrameSource.open(folder);
        assertThat(frames.count()).isEqualTo(11);
        assertThat(frames.fps()).isEqualTo(24);
        assertThat(frames.read(new int[] {0, 1, 9, 10}).stream().map(frame -> frame.pixels()[0])).containsExactly(1, 2, 10, 11);
        Files.write(folder.resolve("frame-12.png"), MediaSamples.encoded(new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB), "png"));
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> FrameSource.open(folder).read(new int[] {11}))
                .withMessageContaining("frame-12.png: all frames must have one size: the first has 4 × 6, this one has 4 × 5");
    }

    @ParameterizedTest
    @CsvSource({"jpeg-s0-p0.jpg", "png-c6-d8-i0.png", "gif-anim0.gif", "webp-lossless.webp", "webp-anim.webp", "video.mp4"})
    void refusesLargePicturesBeforeDecoding(String name) {
        MediaLimits few = MediaLimits.DEFAULT.withMaxPixels(100);
        byte[] bytes = MediaSamples.resource(name);
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> {
            if (name.endsWith("mp4")) {
                FrameSource.open(name, bytes, few);
            } else {
                ImageFile.read(name, bytes, ImageOpening.OPENED, few);
            }
        }).withMessageStartingWith(name + ": a picture may have at most 100 pixels, this one has ");
    }

    @Test
    void refusesOtherFiles(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("picture.png"), "not a picture");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> ImageFile.read(text)).withMessage(text + ": not a picture of a known format (JPEG, PNG, WebP, GIF, BMP)");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> ImageFile.read(folder.resolve("none"))).withMessageEndingWith("none: there is no such file");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> FrameSource.open(folder)).withMessageContaining("has no picture that could be a frame");
        byte[] jpeg = MediaSamples.resource("jpeg-s0-p0.jpg");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> FrameSource.open("still", jpeg, MediaLimits.DEFAULT)).withMessage("still: a file of format JPEG has no frames");
        assertThatExceptionOfType(MediaException.class).isThrownBy(() -> ImageFile.read("cut", Arrays.copyOf(jpeg, 30), ImageOpening.PATH, MediaLimits.DEFAULT))
                .withMessageStartingWith("cut: ");
    }
}
