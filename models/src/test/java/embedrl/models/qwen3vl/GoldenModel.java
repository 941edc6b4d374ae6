package embedrl.models.qwen3vl;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reference checkpoints among the test resources. */
public final class GoldenModel {
    private GoldenModel() {
    }

    /** Folder of a checkpoint. */
    public static Path folder(String checkpoint) throws URISyntaxException {
        return Path.of(GoldenModel.class.getResource("/golden/models/" + checkpoint).toURI());
    }

    public static Qwen3Vl load(String checkpoint) throws IOException, URISyntaxException {
        return Qwen3VlCheckpoint.load(folder(checkpoint));
    }

    static JsonNode config(String checkpoint) throws IOException, URISyntaxException {
        return new JsonMapper().readTree(folder(checkpoint).resolve("config.json").toFile());
    }

    /** The executor that models run on: all tests of one process share it. */
    public static Executor executor() {
        return Cpu.INSTANCE;
    }

    private static final class Cpu {
        static final Executor INSTANCE = Executors.open("cpu", 2);
    }
}
