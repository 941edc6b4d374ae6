package embedrl.models.qwen3vl;

import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a checkpoint of the shape of Qwen3-VL-2B with random bfloat16 weights in shards: for measuring memory and speed where the real one cannot be had.
 * It takes 4.3 GB; delete it afterwards. docs/ARCHITECTURE.md has the command.
 */
public final class RandomCheckpoint {
    private static final long SHARD = 1L << 30;

    private RandomCheckpoint() {
    }

    static Qwen3VlConfig twoBillion() {
        return new Qwen3VlConfig(new TextConfig(151_936, 2048, 6144, 28, 16, 8, 128, 1e-6f, 5e6, List.of(24, 20, 20)),
                new VisionConfig(24, 1024, 4096, 16, 16, 2, 2, 2048, 2304, List.of(5, 11, 17)), true);
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: RandomCheckpoint FOLDER, which shall hold a model of 2 billion random weights (4.3 GB); LargeModelRun measures it");
            System.exit(2);
        }
        write(twoBillion(), Path.of(arguments[0]));
    }

    public static void write(Qwen3VlConfig config, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("config.json"), Qwen3VlConfigFile.write(config, new VisualTokenIds(151_655, 151_656, 151_652, 151_653), "bfloat16"));
        BpeTrainer.train(List.of("the cat sat on the mat and looked at the picture of a dog"), 300, List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>",
                "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>", "<emb>")).save(folder.resolve("tokenizer.json"));
        List<List<String>> shards = new ArrayList<>(List.of(new ArrayList<>()));
        var parameters = new Qwen3Vl(config, new Seed(0)).parameters();
        long used = 0;
        for (String name : parameters.keySet()) {
            long bytes = 2L * parameters.get(name).shape().count();
            if (used + bytes > SHARD && used > 0) {
                shards.add(new ArrayList<>());
                used = 0;
            }
            shards.getLast().add(name);
            used += bytes;
        }
        StringBuilder index = new StringBuilder();
        for (int i = 0; i < shards.size(); i++) {
            String file = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
            for (String name : shards.get(i)) {
                Shape shape = parameters.get(name).shape();
                writer.bfloat16(name, shape.sizes(), () -> values(name, shape));
                index.append(index.isEmpty() ? "" : ",\n").append("\"").append(name).append("\": \"").append(file).append("\"");
            }
            writer.write(folder.resolve(file));
        }
        DurableFiles.replace(folder.resolve(SafetensorsFolder.SINGLE + ".index.json"), ("{\"metadata\": {}, \"weight_map\": {\n" + index + "}}").getBytes(StandardCharsets.UTF_8));
    }

    /** Norms near 1, biases near 0, matrices that keep the size of what they multiply. */
    private static float[] values(String name, Shape shape) {
        float[] values = new float[shape.count()];
        boolean norm = shape.rank() == 1 && name.contains("norm") && name.endsWith("weight");
        double scale = shape.rank() == 1 ? 0.02 : Math.min(0.05, 1 / Math.sqrt((double) shape.count() / shape.size(0)));
        long state = name.hashCode() * 0x9E3779B97F4A7C15L + 1;
        for (int i = 0; i < values.length; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            values[i] = (float) ((norm ? 1 : 0) + scale * Math.sqrt(3) * (state >> 32) * 0x1p-31);
        }
        return values;
    }
}
