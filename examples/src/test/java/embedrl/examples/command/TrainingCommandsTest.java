package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.ScenePainter;
import embedrl.embedrl.compact.SavedModel;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainingCommandsTest {
    @TempDir
    private static Path models;
    private static Path reasoner;
    private static Path embedder;

    @TempDir
    private Path folder;

    @BeforeAll
    static void save() throws IOException {
        TinyModels.save(models, 20);
        reasoner = models.resolve("reasoner");
        embedder = models.resolve("embedder");
    }

    private static void succeeds(Object... words) {
        Invocation done = Invocation.of(words);
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.err()).isEmpty();
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.csv")).stream().map(line -> line.substring(line.indexOf(','))).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aResumedRunIsTheUnbrokenOneBitForBit() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        succeeds("train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--steps", 4, "--out", whole);
        succeeds("train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--steps", 2, "--checkpoint-every", 1, "--out", parts);
        // What a run that was killed in its third step leaves behind, down to half a line.
        Files.writeString(parts.resolve("metrics.csv"), "9.0,egrl,3,reward,0.5\n9.0,egrl,3,rew", StandardOpenOption.APPEND);
        Files.writeString(parts.resolve("completions.jsonl"), "{\"step\":3,\"pair\":\"x\"}\n{\"step\":3,", StandardOpenOption.APPEND);
        Files.createDirectory(parts.resolve("checkpoints/training.next"));
        succeeds("train-reasoner", "--resume", parts, "--steps", 4);
        for (String file : List.of("checkpoints/reasoner/model.safetensors", "checkpoints/training/model.safetensors", "checkpoints/training/optimizer.safetensors",
                "completions.jsonl")) {
            assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(metrics(parts)).isEqualTo(metrics(whole)).hasSizeGreaterThan(4 * 10);
        assertThat(Files.readAllLines(whole.resolve("completions.jsonl"))).hasSize(4 * 2 * 2 * 2);
        JsonNode results = json(parts.resolve("results.json")).path("egrl");
        assertThat(results).isEqualTo(json(whole.resolve("results.json")).path("egrl"));
        assertThat(results.path("heldout_reward_before").isNumber()).isTrue();
        assertThat(results.path("heldout_reward_after").asDouble()).isNotEqualTo(results.path("heldout_reward_before").asDouble());
        assertThat(names(parts.resolve("checkpoints"))).containsExactly("embedder", "reasoner", "reasoner-warmup", "training");
        assertThat(json(parts.resolve("manifest-2.json")).path("exit_code").asInt(-1)).isZero();
        assertThat(SavedModel.load(parts.resolve("checkpoints/reasoner"), SavedModel.Role.REASONER).model().checksum())
                .isNotEqualTo(SavedModel.load(reasoner, SavedModel.Role.REASONER).model().checksum());
    }

    @Test
    void aStepThatIsPastIsNotGoneBackTo() throws IOException {
        Path run = folder.resolve("run");
        succeeds("train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--steps", 2, "--out", run);
        Invocation back = Invocation.of("train-reasoner", "--resume", run, "--steps", 1);
        assertThat(back.code()).isEqualTo(65);
        assertThat(back.err().strip()).isEqualTo("embedrl train-reasoner: the run has taken 2 steps already, more than the 1 asked for");
        Invocation mixed = Invocation.of("train-reasoner", "--resume", run, "--seed", 4);
        assertThat(mixed.code()).isEqualTo(2);
        assertThat(mixed.err().lines()).singleElement().asString().contains("--resume takes models, settings and folder from the run");
    }

    @Test
    void aFullDiskWhileLoggingLeavesTheCheckpoint() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Path run = folder.resolve("run");
        succeeds("train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--steps", 1, "--out", run);
        byte[] weights = Files.readAllBytes(run.resolve("checkpoints/training/model.safetensors"));
        Files.delete(run.resolve("metrics.csv"));
        Files.createSymbolicLink(run.resolve("metrics.csv"), full);
        Invocation failed = Invocation.of("train-reasoner", "--resume", run, "--steps", 2);
        assertThat(failed.code()).isEqualTo(74);
        assertThat(failed.err().strip()).isEqualTo("embedrl train-reasoner: input or output failed: No space left on device");
        assertThat(run.resolve("checkpoints/training/model.safetensors")).hasBinaryContent(weights);
        assertThat(json(run.resolve("manifest-2.json")).path("exit_code").asInt()).isEqualTo(74);
    }

    /** In a process of its own, whose files cannot grow beyond a limit: writing the weights fails in the middle, as on a full disk. */
    @Test
    void aCheckpointThatCannotBeWrittenLeavesTheLastOne() throws Exception {
        assumeThat(Path.of("/bin/sh")).exists();
        Path run = folder.resolve("run");
        succeeds("train-reasoner", "--reasoner", reasoner, "--embedder", embedder, "--steps", 1, "--out", run);
        byte[] weights = Files.readAllBytes(run.resolve("checkpoints/training/model.safetensors"));
        // In units of 512 bytes; less than the weights take.
        long limit = weights.length / 2 / 512;
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder("/bin/sh", "-c", "ulimit -f " + limit + "; exec \"$0\" \"$@\"", java, "-XX:-UsePerfData", "--add-modules", "jdk.incubator.vector", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), "embedrl.examples.Main", "train-reasoner", "--resume", run.toString(), "--steps", "2")
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(said);
        assertThat(process.exitValue()).as(text).isEqualTo(74);
        assertThat(text.strip().lines().toList().getLast()).matches("embedrl train-reasoner: input or output failed: the checkpoint of step 2 could not be written \\(.+\\); "
                + "that of step 1 is intact: make room and go on with --resume");
        assertThat(run.resolve("checkpoints/training/model.safetensors")).hasBinaryContent(weights);
        assertThat(names(run.resolve("checkpoints"))).containsExactly("embedder", "reasoner", "reasoner-warmup", "training");
        succeeds("train-reasoner", "--resume", run, "--steps", 2);
    }

    @Test
    void anEmbedderIsTrainedFromAReasonerAndUsedByTheOthers() throws IOException {
        Path run = folder.resolve("stage one");
        succeeds("train-embedder", "--reasoner", reasoner, "--steps", 1, "--out", run);
        Path trained = run.resolve("checkpoints/embedder");
        SavedModel model = SavedModel.load(trained, SavedModel.Role.EMBEDDER);
        assertThat(model.study().embedderSteps()).isEqualTo(1);
        assertThat(model.model().checksum()).isNotEqualTo(SavedModel.load(reasoner, SavedModel.Role.REASONER).model().checksum());
        assertThat(run.resolve("checkpoints/reasoner-warmup/model.safetensors")).hasSameBinaryContentAs(reasoner.resolve("model.safetensors"));
        assertThat(metrics(run)).anyMatch(line -> line.startsWith(",embedder,1,loss,"));

        Path raw = folder.resolve("raw");
        succeeds("train-embedder", "--reasoner", reasoner, "--raw", "--steps", 1, "--out", raw);
        assertThat(raw.resolve("checkpoints/embedder-raw/embedrl.json")).exists();

        Path figures = folder.resolve("figures");
        Invocation evaluated = Invocation.of("evaluate", "--embedder", trained, "--reasoner", reasoner, "--oracle", "--queries", 2, "--splits", "unseen-scenes", "--out", figures);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode results = json(figures.resolve("results.json"));
        assertThat(results.path("arms").valueStream().map(arm -> arm.path("name").asString())).containsExactly("items", "tcot", "tcot-sampled", "oracle");
        JsonNode arm = results.path("arms").path(0);
        assertThat(arm.propertyNames()).contains("hit@1", "hit@1_ties_miss", "hit@5", "recall@5", "ndcg@5", "families");
        assertThat(arm.path("hit@1").path("n").asInt()).isEqualTo(2 * 2);
        assertThat(arm.path("families").path("qa").path("ndcg@5").path("value").asDouble()).isBetween(0.0, 1.0);
        assertThat(evaluated.out()).contains("items: the Embedder on items alone", "qa", "grounding", "tcot − items");
    }

    @Test
    void withoutAReasonerOneIsWarmedUpFirst() throws IOException {
        Path settings = folder.resolve("settings.json");
        Files.writeString(settings, "{\"visionSteps\": 1, \"warmupSteps\": 1, \"warmupPairs\": 1, \"embedderPairs\": 4}");
        Path run = folder.resolve("run");
        succeeds("train-embedder", "--config", settings, "--steps", 1, "--seed", 5, "--out", run);
        SavedModel warm = SavedModel.load(run.resolve("checkpoints/reasoner-warmup"), SavedModel.Role.REASONER);
        SavedModel trained = SavedModel.load(run.resolve("checkpoints/embedder"), SavedModel.Role.EMBEDDER);
        warm.requireFits(trained);
        assertThat(warm.study().seed()).isEqualTo(5);
        assertThat(metrics(run)).anyMatch(line -> line.startsWith(",vision,1,")).anyMatch(line -> line.startsWith(",warmup,1,"));
    }

    @Test
    void picturesOfAFolderAreRankedAgainstAText() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures/deeper"));
        var painter = new IconArt();
        for (int i = 0; i < 3; i++) {
            var image = new BufferedImage(90, 60, BufferedImage.TYPE_INT_RGB);
            image.createGraphics().drawImage(painter.draw(painter.training().get(i).name(), ScenePainter.CELL, Color.RED), 0, 0, null);
            ImageIO.write(image, i == 0 ? "jpg" : "png", (i == 2 ? pictures : pictures.getParent()).resolve("picture " + i + (i == 0 ? ".jpg" : ".png")).toFile());
        }
        Files.writeString(pictures.resolve("notes.txt"), "not a picture");
        Invocation found = Invocation.of("search", "--embedder", embedder, "--reasoner", reasoner, "--items", pictures.getParent(), "Ångström 漢字 😀 xylophones", "--top", 2);
        assertThat(found.code()).as(found.err()).isZero();
        List<String> lines = found.out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("  1  -?\\d\\.\\d{4}  (deeper/)?picture \\d\\.(png|jpg).*");
        assertThat(cosine(lines.get(0))).isBetween(cosine(lines.get(1)), 1.0);
        Invocation all = Invocation.of("search", "--embedder", embedder, "--items", pictures.getParent(), "red");
        assertThat(all.out()).contains("deeper/picture 2.png", "picture 0.jpg", "picture 1.png").doesNotContain("notes");
        Invocation same = Invocation.of("search", "--embedder", embedder, "--items", pictures.getParent(), "red");
        assertThat(same.out()).isEqualTo(all.out());
        assertThat(Invocation.of("search", "--embedder", embedder, "--items", "generated", "--count", 5, "red").out().lines()).hasSize(5);

        Files.write(pictures.resolve("broken.png"), "PNG".getBytes(StandardCharsets.US_ASCII));
        Invocation broken = Invocation.of("search", "--embedder", embedder, "--items", pictures, "red");
        assertThat(broken.code()).isEqualTo(65);
        assertThat(broken.err().lines()).singleElement().asString().contains("broken.png");
    }

    private static double cosine(String line) {
        double value = Double.parseDouble(line.strip().split("\\s+")[1]);
        assertThat(value).isEqualTo(0, within(1.0001));
        return value;
    }
}
