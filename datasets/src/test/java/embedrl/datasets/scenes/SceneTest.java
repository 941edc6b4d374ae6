package embedrl.datasets.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import embedrl.datasets.Box;
import embedrl.datasets.Pixels;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneTest {
    private static final Placed CUP = new Placed(new Thing("cup", TileColor.RED), Cell.of("B2"));
    private static final Placed CAR = new Placed(new Thing("car", TileColor.BLUE), Cell.of("C3"));
    private final IconArt art = new IconArt();
    private final ScenePainter painter = new ScenePainter(art);

    static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @Test
    void cellsAreNamedByColumnAndRow() {
        assertThat(Cell.of("B2")).isEqualTo(new Cell(1, 1));
        assertThat(Cell.of("D1").box()).isEqualTo(new Box(750, 0, 1000, 250));
        assertThat(Cell.ALL).hasSize(16).isSorted().allSatisfy(cell -> assertThat(Cell.of(cell.word())).isEqualTo(cell));
        assertThat(Cell.ALL.getFirst().word()).isEqualTo("A1");
        assertThat(Cell.ALL.getLast().word()).isEqualTo("D4");
        assertThatIllegalArgumentException().isThrownBy(() -> Cell.of("E1")).withMessageContaining("got 'E1'");
        assertThatIllegalArgumentException().isThrownBy(() -> new Cell(4, 0)).withMessageContaining("(4, 0)");
    }

    @Test
    void textsOfASceneListItsItemsRowByRow() {
        Scene scene = new Scene(List.of(CAR, CUP));
        assertThat(scene.phrase()).isEqualTo("red cup at B2 and blue car at C3");
        assertThat(scene.facts()).isEqualTo("B2 cup red C3 car blue");
        assertThat(scene.things()).isEqualTo("red cup blue car");
        assertThat(scene.places()).isEqualTo("cup at B2 car at C3");
        assertThat(scene).isEqualTo(new Scene(List.of(CUP, CAR)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scene(List.of(CUP, CUP))).withMessageContaining("must differ");
        assertThatIllegalArgumentException().isThrownBy(() -> scene.with(CAR, new Placed(CAR.thing(), CUP.cell()))).withMessageContaining("must differ");
    }

    @Test
    void theBoxOfACellHoldsExactlyTheTile() {
        for (Cell cell : Cell.ALL) {
            Thing thing = new Thing("star", TileColor.GREEN);
            BufferedImage image = painter.scene(new Scene(List.of(new Placed(thing, cell))));
            Box box = cell.box();
            int x = box.x1() * 128 / 1000;
            int y = box.y1() * 128 / 1000;
            int width = box.x2() * 128 / 1000 - x;
            assertThat(width).isEqualTo(32);
            assertThat(pixels(Pixels.crop(image, x, y, 32, 32))).isEqualTo(pixels(painter.tile(thing, 32)));
            for (int i = 0; i < 128 * 128; i++) {
                boolean inside = i % 128 >= x && i % 128 < x + 32 && i / 128 >= y && i / 128 < y + 32;
                if (!inside) {
                    Color ground = new Color(image.getRGB(i % 128, i / 128));
                    assertThat(ground.getRed()).isGreaterThan(220).isEqualTo(ground.getGreen()).isEqualTo(ground.getBlue());
                }
            }
        }
    }

    @Test
    void equalScenesLookEqualAndOthersDoNot() {
        int[] first = pixels(painter.scene(new Scene(List.of(CUP, CAR))));
        assertThat(pixels(new ScenePainter(new IconArt()).scene(new Scene(List.of(CAR, CUP))))).isEqualTo(first);
        assertThat(pixels(painter.scene(new Scene(List.of(CUP))))).isNotEqualTo(first);
    }

    @Test
    void everyIconIsDistinctAtTheSizeOfACell() {
        Map<String, int[]> drawn = new HashMap<>();
        List<Concept> concepts = new java.util.ArrayList<>(art.training());
        concepts.addAll(art.unseen());
        assertThat(art.training()).hasSize(24);
        assertThat(art.unseen()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(concepts).extracting(Concept::name).doesNotHaveDuplicates();
        assertThat(concepts).allSatisfy(concept -> assertThat(concept.tags()).hasSizeGreaterThanOrEqualTo(3).doesNotContain(concept.name()));
        for (Concept concept : concepts) {
            int[] alpha = java.util.Arrays.stream(pixels(art.draw(concept.name(), 24, Color.BLACK))).map(pixel -> pixel >>> 24).toArray();
            double covered = java.util.Arrays.stream(alpha).sum() / 255.0 / alpha.length;
            assertThat(covered).as(concept.name()).isBetween(0.2, 0.9);
            drawn.forEach((other, mask) -> {
                double difference = 0;
                for (int i = 0; i < mask.length; i++) {
                    difference += Math.abs(mask[i] - alpha[i]) / 255.0 / mask.length;
                }
                assertThat(difference).as(concept.name() + " and " + other).isGreaterThan(0.1);
            });
            drawn.put(concept.name(), alpha);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> art.draw("unicorn", 24, Color.BLACK)).withMessageContaining("no concept 'unicorn'");
    }

    @Test
    void colorsAreFarApart() {
        for (TileColor a : TileColor.values()) {
            for (TileColor b : TileColor.values()) {
                if (a != b) {
                    double distance = Math.hypot(Math.hypot(a.color().getRed() - b.color().getRed(), a.color().getGreen() - b.color().getGreen()),
                            a.color().getBlue() - b.color().getBlue());
                    assertThat(distance).as(a + " and " + b).isGreaterThan(80);
                }
            }
        }
    }
}
