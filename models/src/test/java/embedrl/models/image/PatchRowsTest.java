package embedrl.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatchRowsTest {
    private static RgbImage random(SplittableRandom random, int height, int width) {
        return new RgbImage(new ImageSize(height, width), random.ints((long) height * width, 0, 1 << 24).toArray());
    }

    /** Every value found by its index, one division at a time, for several patch and merge sizes. */
    @Test
    void orderIsThatOfTheDefinition() {
        SplittableRandom random = new SplittableRandom(2);
        for (PatchSettings settings : List.of(new PatchSettings(2, 2, 2, 0.5f, 0.5f), new PatchSettings(3, 1, 1, 0.4f, 0.2f), new PatchSettings(2, 3, 3, 0, 1))) {
            int p = settings.patchSize();
            int m = settings.mergeSize();
            int t = settings.temporalPatchSize();
            List<RgbImage> frames = IntStream.range(0, 4).mapToObj(i -> random(random, 2 * settings.factor(), 3 * settings.factor())).toList();
            PatchRows rows = PatchRows.ofVideo(frames, settings);
            int columns = 3 * m;
            for (int i = 0; i < rows.values().length; i++) {
                int row = i / settings.rowLength();
                int value = i % settings.rowLength();
                int group = row / (6 * m * m);
                int inGroup = row % (6 * m * m);
                int block = inGroup / (m * m);
                int inBlock = inGroup % (m * m);
                int patchY = block / 3 * m + inBlock / m;
                int patchX = block % 3 * m + inBlock % m;
                assertThat(patchX).isLessThan(columns);
                int channel = value / (t * p * p);
                int frame = value / (p * p) % t;
                RgbImage image = frames.get(Math.min(3, group * t + frame));
                int pixel = image.pixels()[(patchY * p + value / p % p) * image.size().width() + patchX * p + value % p];
                float expected = ((pixel >> 8 * (2 - channel) & 255) / 255f - settings.normalization().mean().get(channel).floatValue()) / settings.normalization().std().get(channel).floatValue();
                assertThat(Math.abs(rows.values()[i] - expected)).as("value " + i).isLessThan(1e-5f);
            }
        }
    }

    @Test
    void aStillImageRepeatsItsFrame() {
        RgbImage image = new RgbImage(new ImageSize(2, 2), new int[] {0xff0000, 0x00ff00, 0x0000ff, 0xffffff});
        PatchRows rows = PatchRows.of(image, new PatchSettings(2, 1, 2, 0.5f, 0.5f));
        assertThat(rows.grid()).isEqualTo(new VisionGrid(1, 1, 1));
        assertThat(rows.values()).containsExactly(
                1, -1, -1, 1, 1, -1, -1, 1,
                -1, 1, -1, 1, -1, 1, -1, 1,
                -1, -1, 1, 1, -1, -1, 1, 1);
    }

    @Test
    void writesIntoABatchAndTouchesNothingElse() {
        RgbImage image = new RgbImage(new ImageSize(1, 1), new int[] {0xff00ff});
        float[] batch = {7, 7, 7, 7, 7};
        assertThat(PatchRows.write(List.of(image), new PatchSettings(1, 1, 1, 0.5f, 0.5f), batch, 1)).isEqualTo(4);
        assertThat(batch).containsExactly(7, 1, -1, 1, 7);
        assertThatThrownBy(() -> PatchRows.write(List.of(image), new PatchSettings(1, 1, 1, 0.5f, 0.5f), batch, 3))
                .hasMessage("patches: 1 rows of 3 at 3 do not fit an array of 5");
    }

    @Test
    void readsEveryKindOfBufferedImage() {
        int[] kinds = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR, BufferedImage.TYPE_INT_BGR};
        for (int kind : kinds) {
            BufferedImage image = new BufferedImage(5, 4, kind);
            for (int i = 0; i < 20; i++) {
                image.setRGB(i % 5, i / 5, 0xff000000 | i * 0x0b0703);
            }
            RgbImage read = RgbImage.of(image.getSubimage(1, 2, 3, 2));
            assertThat(read.size()).isEqualTo(new ImageSize(2, 3));
            assertThat(read.pixels()).as("type " + kind).containsExactly(IntStream.of(11, 12, 13, 16, 17, 18).map(i -> i * 0x0b0703).toArray());
        }
        BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 100);
        assertThat(RgbImage.of(grey).pixels()).containsExactly(0x646464);
        BufferedImage clear = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0x80ff0000);
        assertThat(RgbImage.of(clear).pixels()).containsExactly(0xff7f7f);
        assertThat(RgbImage.of(clear, RgbImage.Alpha.DROP).pixels()).containsExactly(0xff0000);
    }

    @Test
    void resizingKeepsFlatColorsAndReachesEverySize() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 200; trial++) {
            int color = random.nextInt(1 << 24);
            ImageSize from = new ImageSize(1 + random.nextInt(40), 1 + random.nextInt(40));
            ImageSize to = new ImageSize(1 + random.nextInt(40), 1 + random.nextInt(40));
            int[] pixels = new int[(int) from.pixels()];
            java.util.Arrays.fill(pixels, color);
            RgbImage resized = BicubicResize.resize(new RgbImage(from, pixels), to);
            assertThat(resized.size()).isEqualTo(to);
            assertThat(resized.pixels()).as(from + " to " + to).containsOnly(color);
        }
        RgbImage same = random(random, 3, 4);
        assertThat(BicubicResize.resize(same, new ImageSize(3, 4))).isSameAs(same);
    }

    @Test
    void errorsNameSizes() {
        RgbImage a = random(new SplittableRandom(1), 32, 48);
        RgbImage b = random(new SplittableRandom(1), 32, 32);
        assertThatThrownBy(() -> PatchRows.of(a, PatchSettings.QWEN3_VL)).hasMessage(
                "patches: both sides must be multiples of 32 (patch 16 × merge 2), got 32 × 48; resize it first");
        assertThatThrownBy(() -> PatchRows.ofVideo(List.of(b, a), PatchSettings.QWEN3_VL)).hasMessageContaining("frame 1 has 32 × 48");
        assertThatThrownBy(() -> PatchRows.ofVideo(List.of(), PatchSettings.QWEN3_VL)).hasMessageContaining("got none");
        assertThatThrownBy(() -> new RgbImage(new ImageSize(2, 2), new int[3])).hasMessage("image: 2 × 2 has 4 pixels, got 3");
    }

    /** Thousands of small images a second are asked for; a wide margin keeps the test quiet on a busy machine. */
    @Test
    void smallImagesAreFast() {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        float[] target = new float[16 * PatchSettings.QWEN3_VL.rowLength()];
        long start = System.nanoTime();
        for (int i = 0; i < 2000; i++) {
            PatchRows.write(List.of(RgbImage.of(image)), PatchSettings.QWEN3_VL, target, 0);
        }
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(2);
    }
}
