package embedrl.models;

import embedrl.models.message.Content;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads a folder, embeds a text and a picture, writes a few tokens, and prints times and the peak of resident memory after each part. The folder is one of Qwen3-VL;
 * {@link embedrl.models.qwen3vl.RandomCheckpoint} makes one with random weights. docs/ARCHITECTURE.md has the commands for both.
 */
final class LargeModelRun {
    private static final String USAGE = """
            usage: LargeModelRun FOLDER WEIGHTS THREADS TOKENS
              FOLDER   of a Qwen3-VL model; embedrl.models.qwen3vl.RandomCheckpoint FOLDER makes one of 2 billion random weights (4.3 GB)
              WEIGHTS  how they are kept in memory: as-is, float32, bfloat16, q8_0, ...
              THREADS  that compute
              TOKENS   to write""";

    private LargeModelRun() {
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println(USAGE);
            System.exit(2);
        }
        int tokens = Integer.parseInt(arguments[3]);
        long start = System.nanoTime();
        Pretrained loaded = Pretrained.load(Path.of(arguments[0]), WeightType.of(arguments[1]));
        report("loaded " + loaded.model().parameterCount() + " parameters", start);
        try (Executor executor = Executors.open("cpu", Integer.parseInt(arguments[2])); Embedder embedder = MessageEmbedder.of(loaded, executor);
                Reasoner one = Reasoner.of(loaded, executor, 1); Reasoner many = Reasoner.of(loaded, executor, 1 + tokens)) {
            start = System.nanoTime();
            float[] text = embedder.embed(Content.text("the cat sat on the mat"));
            report("embedded a text, first value " + text[0], start);
            start = System.nanoTime();
            float[] picture = embedder.embed(new Content.Image(picture()), Content.text("the cat"));
            report("embedded a picture of 128 visual tokens, first value " + picture[0], start);
            start = System.nanoTime();
            one.answer(Content.text("the cat"));
            report("read a prompt", start);
            start = System.nanoTime();
            int written = many.greedy(java.util.List.of(java.util.List.of(Content.text("the cat")))).getFirst().generation().length();
            report("wrote " + written + " tokens with it", start);
        }
    }

    private static BufferedImage picture() {
        BufferedImage image = new BufferedImage(512, 256, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.ORANGE);
        canvas.fillOval(100, 50, 200, 150);
        canvas.dispose();
        return image;
    }

    private static void report(String what, long start) throws IOException {
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElse("no peak known");
        System.out.printf("%-70s %7.2f s  %s%n", what, (System.nanoTime() - start) / 1e9, peak.replaceAll("\\s+", " "));
    }
}
