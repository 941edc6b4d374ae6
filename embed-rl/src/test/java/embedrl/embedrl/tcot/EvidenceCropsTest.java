package embedrl.embedrl.tcot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceCropsTest {

    /** Every pixel differs: red is the column, green the row. */
    private static BufferedImage picture(int type) {
        var picture = new BufferedImage(40, 30, type);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                picture.setRGB(x, y, 0xFF000000 | x << 16 | y << 8 | 7);
            }
        }
        return picture;
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_BYTE_GRAY})
    void cropsHoldThePixelsOfTheirRectangle(int type) {
        BufferedImage picture = picture(type);
        BufferedImage crop = EvidenceCrops.crops(picture, List.of(new PixelBox(5, 6, 12, 10))).getFirst();
        assertThat(crop.getWidth()).isEqualTo(12);
        assertThat(crop.getHeight()).isEqualTo(10);
        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 12; x++) {
                assertThat(crop.getRGB(x, y)).isEqualTo(picture.getRGB(5 + x, 6 + y));
            }
        }
    }

    @Test
    void cropsComeInOrderAndShareNothingWithTheSource() {
        BufferedImage picture = picture(BufferedImage.TYPE_INT_RGB);
        List<BufferedImage> crops = EvidenceCrops.crops(picture, List.of(new PixelBox(30, 20, 10, 10), new PixelBox(0, 0, 10, 10)));
        assertThat(crops.get(0).getRGB(0, 0)).isEqualTo(0xFF1E1407);
        assertThat(crops.get(1).getRGB(0, 0)).isEqualTo(0xFF000007);
        crops.get(1).setRGB(0, 0, 0xFFFFFFFF);
        assertThat(picture.getRGB(0, 0)).isEqualTo(0xFF000007);
        assertThat(EvidenceCrops.crops(picture, List.of())).isEmpty();
    }

    @Test
    void framesAreTakenByPosition() {
        assertThat(EvidenceCrops.frames(List.of("a", "b", "c"), List.of(2, 0))).containsExactly("c", "a");
        assertThatThrownBy(() -> EvidenceCrops.frames(List.of("a"), List.of(1))).hasMessageContaining("position must be 0 … 0, got 1");
    }

    @Test
    void aBoxOutsideThePictureIsRefused() {
        assertThatThrownBy(() -> EvidenceCrops.crops(picture(BufferedImage.TYPE_INT_RGB), List.of(new PixelBox(31, 0, 10, 10))))
                .hasMessageContaining("must lie inside the picture").hasMessageContaining("40 × 30");
    }
}
