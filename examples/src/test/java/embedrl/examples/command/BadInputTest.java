package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.embedrl.compact.SavedModel;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user hears who gives wrong folders, damaged files, or a place that cannot be written to: one line, and an exit code. */
class BadInputTest {
    @TempDir
    private static Path models;

    @TempDir
    private Path folder;
    private Path reasoner;
    private Path embedder;

    @BeforeEach
    void save() throws IOException {
        if (Files.notExists(models.resolve("reasoner"))) TinyModels.save(models, 20);
        reasoner = models.resolve("reasoner");
        embedder = models.resolve("embedder");
    }

    private void fails(int code, String message, Object... words) {
        Invocation failed = Invocation.of(words);
        assertThat(failed.code()).as(failed.err()).isEqualTo(code);
        assertThat(failed.err().lines()).singleElement().asString().startsWith("embedrl " + words[0] + ": ").contains(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private Path copyOfTheEmbedder() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json", "embedrl.json"}) Files.copy(embedder.resolve(name), copy.resolve(name));
        return copy;
    }

    private void evaluateFails(int code, String message, Path model) {
        fails(code, message, "evaluate", "--embedder", model);
    }

    @Test
    void aTruncatedCheckpointIsNamed() throws IOException {
        Path copy = copyOfTheEmbedder();
        Path weights = copy.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        for (int length : new int[] {0, 7, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(weights, Arrays.copyOf(bytes, length));
            evaluateFails(65, "model.safetensors", copy);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 8);
        Files.write(weights, longer);
        evaluateFails(65, "model.safetensors", copy);
        Arrays.fill(bytes, 8, 200, (byte) 'x');
        Files.write(weights, bytes);
        evaluateFails(65, "model.safetensors", copy);
    }

    @ParameterizedTest
    @CsvSource({"config.json", "tokenizer.json", "embedrl.json", "model.safetensors"})
    void aMissingOrBrokenFileIsNamed(String name) throws IOException {
        Path copy = copyOfTheEmbedder();
        Path file = copy.resolve(name);
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, text.substring(0, 40));
        evaluateFails(65, name, copy);
        Files.writeString(file, "[]");
        evaluateFails(65, name, copy);
        Files.delete(file);
        evaluateFails(66, name, copy);
    }

    @Test
    void aCardOfAnotherKindIsRefused() throws IOException {
        Path copy = copyOfTheEmbedder();
        Path card = copy.resolve("embedrl.json");
        String good = Files.readString(card);
        Files.writeString(card, good.replace("\"version\" : 1", "\"version\" : 2"));
        evaluateFails(65, "'version' must be 1, found 2", copy);
        Files.writeString(card, good.replace("\"embedder\"", "\"poet\""));
        evaluateFails(65, "'role' must be reasoner or embedder, found \"poet\"", copy);
        Files.writeString(card, good.replace("\"icons\"", "\"clipart\""));
        evaluateFails(65, "was trained on 'clipart', which is not known here", copy);
        Files.writeString(card, good.replace("\"rlSteps\" : 2", "\"rlSteps\" : -2"));
        evaluateFails(65, "steps must be 0 or more", copy);
        Files.writeString(card, good.replace("\"rlSteps\" : 2", "\"rlStepz\" : 2"));
        evaluateFails(65, "embedrl.json", copy);
    }

    @Test
    void aModelOfTheOtherRoleIsRefused() {
        fails(65, reasoner + ": holds the reasoner, and the embedder is needed", "evaluate", "--embedder", reasoner);
        fails(65, embedder + ": holds the embedder, and the reasoner is needed", "train-reasoner", "--reasoner", embedder, "--embedder", embedder, "--out", folder.resolve("out"));
        fails(65, "holds the embedder", "train-embedder", "--reasoner", embedder, "--out", folder.resolve("out"));
        fails(65, "holds the reasoner", "search", "--embedder", reasoner, "--items", "generated", "red");
    }

    @Test
    void modelsOfDifferentStudiesAreRefused() throws IOException {
        Path other = folder.resolve("other");
        TinyModels.save(other, 5);
        fails(65, "vocabularies differ", "train-reasoner", "--reasoner", reasoner, "--embedder", other.resolve("embedder"), "--out", folder.resolve("out"));
        fails(65, "vocabularies differ", "evaluate", "--reasoner", other.resolve("reasoner"), "--embedder", embedder);
        BpeTokenizer tokenizer = BpeTokenizer.load(reasoner.resolve("tokenizer.json"));
        Qwen3VlConfig tiny = Qwen3VlConfig.tiny(tokenizer.vocabularySize());
        VisionConfig v = tiny.vision();
        TinyModels.save(folder.resolve("deeper"), tokenizer, new Qwen3VlConfig(tiny.text(), new VisionConfig(2, v.hiddenSize(), v.intermediateSize(), v.numHeads(), v.patchSize(),
                v.temporalPatchSize(), v.spatialMergeSize(), v.outHiddenSize(), v.numPositionEmbeddings(), v.deepstackVisualIndexes()), true));
        fails(65, "architectures differ", "search", "--reasoner", folder.resolve("deeper/reasoner"), "--embedder", embedder, "--items", "generated", "red");
        fails(2, "--data fluent-emoji: the reasoner was trained on icons", "train-embedder", "--reasoner", reasoner, "--data", "fluent-emoji", "--out", folder.resolve("out"));
    }

    @Test
    void aMissingFolderIsNamed() throws IOException {
        evaluateFails(66, folder.resolve("none") + ": there is no such folder", folder.resolve("none"));
        fails(66, "no such file or folder: " + folder.resolve("none"), "search", "--embedder", embedder, "--items", folder.resolve("none"), "red");
        fails(66, "no picture below", "search", "--embedder", embedder, "--items", Files.createDirectory(folder.resolve("empty")), "red");
        fails(66, "no run was written there", "train-reasoner", "--resume", folder.resolve("none"));
        Path run = Files.createDirectories(folder.resolve("run"));
        SavedModel.load(embedder, SavedModel.Role.EMBEDDER).save(run.resolve("checkpoints/embedder"));
        evaluateFails(66, "this is a run, its models are " + run.resolve("checkpoints/embedder"), run);
        Path file = Files.writeString(folder.resolve("file"), "");
        evaluateFails(66, "is not a folder", file);
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        fails(73, "is a file, and a run needs a folder", "train-embedder", "--reasoner", reasoner, "--out", file);
        fails(73, "no folder can be created at", "train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--out", file.resolve("below"));
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.writeString(full.resolve("mine"), "mine");
        fails(73, "is not empty", "evaluate", "--embedder", embedder, "--out", full);
        assertThat(full.resolve("mine")).hasContent("mine");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "evaluate --embedder x --quieries 3 | unknown option '--quieries'; did you mean --queries?",
        "evaluate | Missing required option: '--embedder=DIR'",
        "evaluate --embedder x --splits tomorrow | 'tomorrow' is unknown; known are train, unseen-scenes, unseen-combinations, unseen-concepts",
        "evaluate --embedder x --families poetry | --families: known are qa, grounding",
        "train-reasoner | needs --reasoner DIR and --embedder DIR, or --resume RUN",
        "train-reasoner --checkpoint-every 0 --resume x | --checkpoint-every must be 1 or more, got 0",
        "train-reasoner --stops 3 | unknown option '--stops'; did you mean --steps?",
        "train-embedder --steps many | Invalid value for option '--steps': 'many' is not an int",
        "search --embedder x --items y | Missing required parameter: 'QUERY'",
        "search --embedder x --items y --top 0 z | --top must be 1 or more, got 0",
    })
    void aWrongCommandLineExits2(String line, String message) {
        fails(2, message, (Object[]) line.split(" "));
    }

    @Test
    void stepsAndQueriesArePositiveAndQueriesNotBlank() {
        fails(2, "--steps must be 1 or more, got 0", "train-embedder", "--reasoner", reasoner, "--steps", 0, "--out", folder.resolve("out"));
        fails(2, "--queries must be 1 or more, got -1", "evaluate", "--embedder", embedder, "--queries", -1);
        fails(2, "the query is empty", "search", "--embedder", embedder, "--items", "generated", " ");
    }
}
