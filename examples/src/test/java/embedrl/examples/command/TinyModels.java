package embedrl.examples.command;

import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.CompactVocabulary;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.SavedModel.Role;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Saves tiny models with random weights: commands treat them as they treat trained ones. */
final class TinyModels {
    static final StudyConfig STUDY = new StudyConfig(3, List.of("qa", "text-to-image"), List.of("qa"), List.of("qa", "grounding"), 1, 1, 2, 1, 1, 4, 2, 2, 2, 1e-3f, 2, 2, 0.25);
    private static final SceneFamilies SCENES = new SceneFamilies(new IconArt());

    private TinyModels() {
    }

    /** A Reasoner and an Embedder of one study, in {@code reasoner} and {@code embedder}; other pairs per source give other vocabularies. */
    static void save(Path folder, int pairsPerSource) throws IOException {
        BpeTokenizer tokenizer = CompactVocabulary.train(SCENES, List.of(SCENES.open("qa", Split.TRAIN, 1, 1000)), pairsPerSource).tokenizer();
        save(folder, tokenizer, Qwen3VlConfig.tiny(tokenizer.vocabularySize()));
    }

    static void save(Path folder, BpeTokenizer tokenizer, Qwen3VlConfig shape) throws IOException {
        new SavedModel(Role.REASONER, "icons", STUDY, new Qwen3Vl(shape, Seed.of(1)), tokenizer).save(folder.resolve("reasoner"));
        new SavedModel(Role.EMBEDDER, "icons", STUDY, new Qwen3Vl(shape, Seed.of(2)), tokenizer).save(folder.resolve("embedder"));
    }
}
