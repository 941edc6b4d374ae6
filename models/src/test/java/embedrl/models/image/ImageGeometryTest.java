package embedrl.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageGeometryTest {
    /** Embed-RL, test vectors of the resize rule. */
    @ParameterizedTest
    @CsvSource({
        "480, 640, 480, 640, 300, 480, 640, 300", "1080, 1920, 640, 1152, 720, 384, 736, 276", "100, 100, 384, 384, 144, 384, 384, 144",
        "3508, 2480, 1024, 736, 736, 640, 448, 280", "240, 320, 320, 448, 140, 320, 448, 140",
    })
    void resizeRule(int height, int width, int imageH, int imageW, int imageTokens, int frameH, int frameW, int frameTokens) {
        ImageSize image = SmartResize.IMAGE.of(new ImageSize(height, width));
        ImageSize frame = SmartResize.VIDEO_FRAME.of(new ImageSize(height, width));
        assertThat(image).isEqualTo(new ImageSize(imageH, imageW));
        assertThat(frame).isEqualTo(new ImageSize(frameH, frameW));
        assertThat(image.pixels() / 1024).isEqualTo(imageTokens);
        assertThat(new VisionGrid(1, frameH / 16, frameW / 16).tokens(2)).isEqualTo(frameTokens);
    }

    /** Rows of a large image are shared among threads, those of a small one not; a row's pixels are the same either way. */
    @Test
    void rowsDoNotDependOnHowManyTheImageHas() {
        SplittableRandom random = new SplittableRandom(4);
        int[] small = random.ints(10 * 90, 0, 1 << 24).toArray();
        int[] large = new int[400 * 90];
        for (int y = 0; y < 400; y++) System.arraycopy(small, y % 10 * 90, large, y * 90, 90);
        int[] few = BicubicResize.resize(new RgbImage(new ImageSize(10, 90), small), new ImageSize(10, 64)).pixels();
        int[] many = BicubicResize.resize(new RgbImage(new ImageSize(400, 90), large), new ImageSize(400, 64)).pixels();
        for (int i = 0; i < many.length; i++) assertThat(many[i]).isEqualTo(few[i % few.length]);
    }

    @Test
    void resizeStaysWithinItsLimits() {
        SplittableRandom random = new SplittableRandom(12);
        SmartResize rule = new SmartResize(16, 64 * 64, 128 * 128);
        for (int trial = 0; trial < 20_000; trial++) {
            int height = 1 + random.nextInt(600);
            int width = Math.max(1, (int) (height * (0.2 + random.nextDouble() * 4)));
            ImageSize size = rule.of(new ImageSize(height, width));
            assertThat(size.height() % 16).isZero();
            assertThat(size.width() % 16).isZero();
            assertThat(size.pixels()).as(height + " × " + width).isBetween(64L * 64, 128L * 128);
        }
        assertThat(rule.of(new ImageSize(64, 64))).isEqualTo(new ImageSize(64, 64));
        assertThatThrownBy(() -> rule.of(new ImageSize(1, 201))).hasMessageContaining("at most 200 times the shorter, got 1 × 201");
        assertThatThrownBy(() -> new SmartResize(32, 0, 1023)).hasMessageContaining("max ≥ factor²");
        assertThatThrownBy(() -> new ImageSize(0, 4)).hasMessageContaining("got 0 × 4");
    }

    /** Embed-RL, test vectors of the frame pick. */
    @Test
    void framePick() {
        assertThat(FramePick.even(64, 8)).containsExactly(0, 9, 18, 27, 36, 45, 54, 63);
        assertThat(FramePick.even(20, 8)).containsExactly(0, 2, 5, 8, 10, 13, 16, 19);
        assertThat(FramePick.even(10, 8)).containsExactly(0, 1, 2, 3, 5, 6, 7, 9);
        assertThat(FramePick.even(3, 8)).containsExactly(0, 1, 2);
        assertThat(FramePick.even(9, 1)).containsExactly(0);
        assertThatThrownBy(() -> FramePick.even(0, 8)).hasMessageContaining("got 0 and 0");
    }

    @Test
    void pairTimesAndLabels() {
        assertThat(FrameTimes.ofPairs(new int[] {0, 2, 5}, 4)).containsExactly(0.25, 1.25);
        assertThat(FrameTimes.label(0.25)).isEqualTo("<0.2 seconds>");
        assertThat(FrameTimes.label(0.35)).isEqualTo("<0.3 seconds>");
        assertThat(FrameTimes.label(0.75)).isEqualTo("<0.8 seconds>");
        assertThat(FrameTimes.label(12)).isEqualTo("<12.0 seconds>");
    }

    @Test
    void gridCounts() {
        VisionGrid grid = new VisionGrid(2, 4, 6);
        assertThat(grid.patches()).isEqualTo(48);
        assertThat(grid.tokens(2)).isEqualTo(12);
        assertThat(grid.toArray()).containsExactly(2, 4, 6);
        assertThatThrownBy(() -> new VisionGrid(0, 1, 1)).hasMessageContaining("[0, 1, 1]");
    }
}
