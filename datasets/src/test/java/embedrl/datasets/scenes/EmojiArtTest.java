package embedrl.datasets.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.files.DataFileException;
import embedrl.datasets.files.TestFiles;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmojiArtTest {
    @TempDir
    Path folder;

    private static String emoji(String label, String hexcode, int group, int subgroup, int order, String more) {
        return "{\"label\": \"%s\", \"hexcode\": \"%s\", \"group\": %d, \"subgroup\": %d, \"order\": %d, \"tags\": [\"%s\", \"tag\"]%s}"
                .formatted(label, hexcode, group, subgroup, order, label, more);
    }

    private void catalog(List<String> emoji) throws IOException {
        TestFiles.text(folder.resolve("emojibase-data/en/data.json"), "[" + String.join(",\n", emoji) + "]");
    }

    private void picture(String name, int argb) throws IOException {
        TestFiles.image(folder.resolve("fluent-emoji-3d/assets/" + name + ".png"), 8, 8, argb);
    }

    @Test
    void theRuleSkipsWhatCannotBeAConcept() throws IOException {
        catalog(List.of(emoji("dog", "1F415", 3, 2, 11, ""), emoji("cat", "1F408", 3, 2, 10, ""), emoji("sun", "2600-FE0F", 5, 9, 30, ""),
                emoji("person", "1F9D1", 1, 1, 1, ""), emoji("red heart", "2764", 3, 3, 12, ""), emoji("orange", "1F34A", 4, 4, 13, ""),
                emoji("page", "1F4C4", 7, 5, 14, ""), emoji("wave", "1F44B", 3, 6, 15, ", \"skins\": []"), emoji("ghostly", "1F47B", 3, 7, 16, "")));
        for (String name : List.of("1f415", "1f408", "2600", "1f9d1", "2764", "1f34a", "1f4c4", "1f44b")) {
            picture(name, 0xFF00FF00);
        }
        EmojiArt art = EmojiArt.open(folder, 2, 1);
        assertThat(art.training()).extracting(Concept::name).containsExactly("cat", "sun");
        assertThat(art.unseen()).extracting(Concept::name).containsExactly("dog");
        assertThat(art.training().getFirst().tags()).containsExactly("tag");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> EmojiArt.open(folder)).withMessageContaining("offers only 3 emoji")
                .withMessageContaining("32 are needed");
    }

    @Test
    void conceptsSpreadOverSubgroupsAndServeTheFamilies() throws IOException {
        List<String> emoji = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String label = "e" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
            emoji.add(emoji(label, "1F%03X".formatted(i), 3 + i % 5, i / 2, i, ""));
            picture("1f%03x".formatted(i), 0xFF000000 | i * 30_000);
        }
        catalog(emoji);
        EmojiArt art = EmojiArt.open(folder);
        assertThat(art.training()).hasSize(24).extracting(Concept::name).doesNotHaveDuplicates();
        assertThat(art.unseen()).hasSize(8).extracting(Concept::name).doesNotContainAnyElementsOf(art.training().stream().map(Concept::name).toList());
        SceneFamilies families = new SceneFamilies(art);
        for (Family family : families.openAll(Split.UNSEEN_CONCEPTS, 1, 100)) {
            assertThat(family.task(3).queries()).hasSize(3);
        }
    }

    @Test
    void picturesFillTheSquareWithAWhiteRim() throws IOException {
        catalog(List.of(emoji("cat", "1F408", 3, 2, 10, "")));
        picture("1f408", 0xFF3060A0);
        EmojiArt art = EmojiArt.open(folder, 1, 0);
        BufferedImage drawn = art.draw("cat", 24, Color.RED);
        assertThat(drawn.getRGB(12, 12)).isEqualTo(0xFF3060A0);
        assertThat(drawn.getRGB(0, 12)).isEqualTo(0xFFFFFFFF);
        drawn.setRGB(12, 12, 0);
        assertThat(art.draw("cat", 24, Color.RED).getRGB(12, 12)).isEqualTo(0xFF3060A0);
        assertThatIllegalArgumentException().isThrownBy(() -> art.draw("dog", 24, Color.RED)).withMessageContaining("no concept 'dog', only [cat]");
    }

    @Test
    void missingFilesSayHowToFetchThem() throws IOException {
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> EmojiArt.open(folder)).withMessageContaining("FluentEmoji.fetch");
        picture("1f408", 0xFF3060A0);
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> EmojiArt.open(folder)).withMessageContaining("no emoji catalog");
        TestFiles.text(folder.resolve("emojibase-data/en/data.json"), "[", "{\"label\": }]");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> EmojiArt.open(folder)).withMessageContaining("data.json, line 2: not valid JSON");
    }

    @Test
    void shrinkingIsTheMeanOfTheAreaWeightedByOpacity() {
        BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 4; i++) {
            picture.setRGB(i, 0, 0xFFC80000);
            picture.setRGB(i, 1, 0xFF000064);
            picture.setRGB(i, 2, 0xFF00FF00);
            picture.setRGB(i, 3, 0x80FF0000);
        }
        BufferedImage half = AreaScaler.fit(picture, 2, 0);
        assertThat(half.getRGB(0, 0)).isEqualTo(0xFF640032);
        assertThat(half.getRGB(1, 1) >>> 24).isCloseTo((255 + 128) / 2, within(1));
        // Green counts twice as much as the half transparent red.
        assertThat(half.getRGB(1, 1) >> 8 & 0xFF).isCloseTo(170, within(1));
        assertThat(half.getRGB(1, 1) >> 16 & 0xFF).isCloseTo(85, within(1));
        BufferedImage wide = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        for (int x = 2; x < 6; x++) {
            wide.setRGB(x, 3, 0xFF112233);
            wide.setRGB(x, 4, 0xFF112233);
        }
        BufferedImage fitted = AreaScaler.fit(wide, 4, 0);
        assertThat(fitted.getRGB(0, 0)).isZero();
        assertThat(fitted.getRGB(0, 1)).isEqualTo(0xFF112233);
        assertThat(fitted.getRGB(3, 2)).isEqualTo(0xFF112233);
        assertThat(fitted.getRGB(3, 3)).isZero();
    }
}
