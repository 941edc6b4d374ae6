package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.SavedModel.Role;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelTest {
    private static final SceneFamilies SCENES = new SceneFamilies(new IconArt());
    private static final BpeTokenizer TOKENIZER = CompactVocabulary.train(SCENES, List.of(SCENES.open("qa", Split.TRAIN, 1, 100)), 5).tokenizer();
    private static final Qwen3VlConfig SHAPE = Qwen3VlConfig.tiny(TOKENIZER.vocabularySize());

    @TempDir
    private Path folder;

    private static SavedModel model(Role role, long seed) {
        return new SavedModel(role, "icons", StudyConfig.quickstart(7), new Qwen3Vl(SHAPE, Seed.of(seed)), TOKENIZER);
    }

    @Test
    void comesBackAsItWas() throws IOException {
        SavedModel saved = model(Role.REASONER, 1);
        saved.save(folder.resolve("a/reasoner"));
        SavedModel loaded = SavedModel.load(folder.resolve("a/reasoner"), Role.REASONER);
        assertThat(loaded.model().checksum()).isEqualTo(saved.model().checksum());
        assertThat(loaded.model().config()).isEqualTo(SHAPE);
        assertThat(loaded.study()).isEqualTo(saved.study());
        assertThat(loaded.art()).isEqualTo("icons");
        assertThat(loaded.tokenizer().encode(" unheard of 漢字 <answer>")).isEqualTo(TOKENIZER.encode(" unheard of 漢字 <answer>"));
        assertThat(CompactVocabulary.of(loaded.tokenizer(), SCENES).contentTokens()).isEqualTo(CompactVocabulary.of(TOKENIZER, SCENES).contentTokens());
        loaded.requireFits(saved);
    }

    @Test
    void theFolderIsReplacedAsAWhole() throws IOException {
        Path place = folder.resolve("model");
        model(Role.REASONER, 1).save(place);
        Files.writeString(place.resolve("left-over"), "");
        model(Role.EMBEDDER, 2).save(place);
        assertThat(place.resolve("left-over")).doesNotExist();
        assertThat(SavedModel.load(place, Role.EMBEDDER).model().checksum()).isEqualTo(model(Role.EMBEDDER, 2).model().checksum());
        assertThatThrownBy(() -> SavedModel.load(place, Role.REASONER)).hasMessage(place + ": holds the embedder, and the reasoner is needed");
        // As after a kill between the two renames.
        Files.move(place, folder.resolve("model.previous"));
        assertThat(SavedModel.load(place, Role.EMBEDDER).study().seed()).isEqualTo(7);
    }

    @Test
    void whatCannotBeSavedIsNamed() {
        assumeThat(Path.of("/dev/null")).exists();
        assertThatThrownBy(() -> model(Role.EMBEDDER, 1).save(Path.of("/dev/null/model"))).isInstanceOf(IOException.class)
                .hasMessageContaining("the embedder could not be saved to /dev/null/model (");
    }
}
