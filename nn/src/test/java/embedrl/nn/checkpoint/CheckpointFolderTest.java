package embedrl.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CheckpointFolderTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path root;

    private static Checkpoint checkpoint(float value, long step) {
        ObjectNode config = JSON.createObjectNode().put("learning_rate", 1e-4).put("name", "tiny");
        config.putObject("model").put("layers", 2);
        return new Checkpoint(
                Map.of("layer.weight", TensorData.of(new int[] {2, 1}, new float[] {value, -value}),
                        "layer.ids", TensorData.of(new int[] {2}, new int[] {3, 4})),
                Map.of("layer.weight.m", TensorData.of(new int[] {2, 1}, new float[] {0.5f, 0}),
                        "steps", TensorData.of(new int[] {}, new long[] {1L << 40})),
                new TrainingState(step, Long.MIN_VALUE + 1, Map.of("sampling", Long.MAX_VALUE), Map.of("pairs", 17L, "a", 0L), config));
    }

    private static float weight(Checkpoint checkpoint) {
        return checkpoint.model().get("layer.weight").floats()[0];
    }

    @Test
    void roundTrips() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("runs/a/last"));
        assertThat(folder.exists()).isFalse();
        folder.save(checkpoint(1.25f, 9));
        assertThat(folder.exists()).isTrue();
        Checkpoint loaded = folder.load();
        assertThat(loaded.model().keySet()).containsExactly("layer.ids", "layer.weight");
        assertThat(loaded.model().get("layer.weight").shape()).containsExactly(2, 1);
        assertThat(loaded.model().get("layer.weight").floats()).containsExactly(1.25f, -1.25f);
        assertThat(((TensorData.Ints) loaded.model().get("layer.ids")).values()).containsExactly(3, 4);
        assertThat(((TensorData.Longs) loaded.optimizer().get("steps")).values()).containsExactly(1L << 40);
        assertThat(loaded.state()).isEqualTo(checkpoint(1.25f, 9).state());
        assertThat(folder.loadModel().keySet()).containsExactly("layer.ids", "layer.weight");
        assertThatThrownBy(() -> loaded.model().get("layer.ids").floats())
                .hasMessage("checkpoint: expected a float32 tensor, found Ints[2]");
        try (var files = Files.list(root.resolve("runs/a/last"))) {
            assertThat(files.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("model.safetensors", "optimizer.safetensors", "state.json");
        }
    }

    @Test
    void equalCheckpointsHaveEqualBytes() throws IOException {
        new CheckpointFolder(root.resolve("a")).save(checkpoint(1, 2));
        new CheckpointFolder(root.resolve("b")).save(checkpoint(1, 2));
        for (String name : new String[] {"model.safetensors", "optimizer.safetensors", "state.json"}) {
            assertThat(root.resolve("a").resolve(name)).hasSameBinaryContentAs(root.resolve("b").resolve(name));
        }
    }

    @Test
    void replacesTheWholeFolder() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        folder.save(checkpoint(1, 1));
        folder.save(checkpoint(2, 2));
        assertThat(weight(folder.load())).isEqualTo(2);
        assertOnly("last");
    }

    @Test
    void fullDiskKeepsThePreviousAndRemovesItsOwn() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        folder.save(checkpoint(1, 1));
        assertThatThrownBy(() -> folder.replace(next -> {
            Files.writeString(next.resolve("model.safetensors"), "half");
            throw new IOException("No space left on device");
        })).isInstanceOf(IOException.class).hasMessage("No space left on device");
        assertThat(weight(folder.load())).isEqualTo(1);
        assertOnly("last");
        folder.save(checkpoint(3, 3));
        assertThat(folder.load().state().step()).isEqualTo(3);
    }

    @Test
    void failedFirstSaveLeavesNothing() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        assertThatThrownBy(() -> folder.replace(next -> {
            throw new IllegalStateException("stop");
        })).hasMessage("stop");
        assertThat(folder.exists()).isFalse();
        assertOnly();
        assertThatThrownBy(folder::load).isInstanceOf(NoSuchFileException.class).hasMessageContaining("no checkpoint here");
    }

    @Test
    void loadsThePreviousWhenKilledBetweenTheRenames() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        folder.save(checkpoint(1, 1));
        Files.move(root.resolve("last"), root.resolve("last.previous"));
        Files.createDirectory(root.resolve("last.next"));
        assertThat(folder.exists()).isTrue();
        assertThat(weight(folder.load())).isEqualTo(1);
        assertThatThrownBy(() -> folder.replace(next -> {
            throw new IOException("still full");
        })).hasMessage("still full");
        assertThat(weight(folder.load())).isEqualTo(1);
        assertOnly("last");
    }

    @Test
    void removesWhatAKilledSaveLeft() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        folder.save(checkpoint(1, 1));
        Files.createDirectories(root.resolve("last.next/deep"));
        Files.writeString(root.resolve("last.next/deep/model.safetensors"), "half");
        Files.createDirectory(root.resolve("last.previous"));
        folder.save(checkpoint(2, 2));
        assertThat(weight(folder.load())).isEqualTo(2);
        assertOnly("last");
    }

    @Test
    void damagedStateIsNamed() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(root.resolve("last"));
        folder.save(checkpoint(1, 1));
        Path state = root.resolve("last/state.json");
        String good = Files.readString(state);
        Files.writeString(state, good.replace("\"step\" : 1,", ""));
        assertThatThrownBy(folder::load).hasMessageContaining("state.json: 'step' must be a 64-bit integer, found nothing");
        Files.writeString(state, good.replace("\"step\" : 1,", "\"step\" : 18446744073709551614,"));
        assertThatThrownBy(folder::load).hasMessageContaining("'step' must be a 64-bit integer, found 18446744073709551614");
        Files.writeString(state, good.replace("\"version\" : 1", "\"version\" : 2"));
        assertThatThrownBy(folder::load).hasMessageContaining("expected version 1, found 2");
        Files.writeString(state, good.substring(0, 30));
        assertThatThrownBy(folder::load).isInstanceOf(SafetensorsException.class).hasMessageContaining("not valid JSON");
        Files.writeString(state, good.replace("\"config\"", "\"other\""));
        assertThatThrownBy(folder::load).hasMessageContaining("'config' must be an object, found MISSING");
    }

    @Test
    void shapesMustMatchValues() {
        assertThatThrownBy(() -> TensorData.of(new int[] {2, 3}, new float[5]))
                .hasMessage("checkpoint: shape [2, 3] has 6 elements, got 5 values");
        assertThatThrownBy(() -> TensorData.of(new int[] {-1, -5}, new int[5])).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertOnly(String... names) throws IOException {
        try (var files = Files.list(root)) {
            assertThat(files.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }
}
