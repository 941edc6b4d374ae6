package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.Concept;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.models.image.BicubicResize;
import embedrl.models.image.ImageSize;
import embedrl.models.image.PatchRows;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.RgbImage;
import embedrl.nn.AdamW;
import embedrl.nn.Embedding;
import embedrl.nn.GeluMlp;
import embedrl.nn.Initializers;
import embedrl.nn.Losses;
import embedrl.nn.Module;
import embedrl.nn.PatchEmbedding;
import embedrl.nn.RmsNorm;
import embedrl.nn.Schedule;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import module java.base;

/** Lesson 3: pictures and names in one space. A picture's vector shall lie nearest to the vector of the name of what it shows. */
public final class TrainImageTextEmbedder {
    private static final PatchSettings PATCHES = new PatchSettings(8, 1, 1, 0.5f, 0.5f);   // 8 × 8 pixels, values in −1 … 1
    private static final int SIDE = 32;                                                     // pixels; hence 16 patches
    private static final int COUNT = 16;
    private static final int WIDTH = 64;                                                    // D
    private static final int BATCH = 48;                                                    // B
    private static final int STEPS = 60;
    private static final int HELD_OUT = 240;
    private static final double HIT_BOUND = 0.9;                                           // guessing one of 24 names: 0.04

    private TrainImageTextEmbedder() {
    }

    /** Two towers that end in unit vectors of the same width, so that their dot product is a cosine. */
    private static final class Towers extends Module {
        private final PatchEmbedding patches;
        private final RmsNorm norm;
        private final GeluMlp mlp;
        private final Embedding names;

        Towers(int vocabulary, Seed seed) {
            patches = child("patch_embed", new PatchEmbedding(3, 1, PATCHES.patchSize(), WIDTH, seed.split("patch_embed")));
            norm = child("norm", new RmsNorm(COUNT * WIDTH, 1e-6f));
            mlp = child("mlp", new GeluMlp(COUNT * WIDTH, 256, WIDTH, GeluMlp.Gelu.TANH, seed.split("mlp")));
            names = child("names", new Embedding(vocabulary, WIDTH, Initializers.normal(1, seed.split("names"))));
        }

        /** [B, 16, 192] → [B, D]. The MLP sees all patches at once; the real vision tower lets them attend to each other instead. */
        Tensor pictures(Tensor pixels) {
            Tensor x = patches.forward(pixels).reshape(pixels.size(0), COUNT * WIDTH);
            return mlp.forward(norm.forward(x)).l2Normalize();
        }

        /** INT32 [B] → [B, D]. */
        Tensor names(Tensor ids) {
            return names.forward(ids).l2Normalize();
        }
    }

    /** The numbers of a batch: pixels [B, 16, 192] and the position of each name in the list of all names. */
    private record Batch(float[] pixels, int[] names) {
        static Batch of(PairSource pairs, List<String> vocabulary, long from, int count) {
            float[] pixels = new float[count * COUNT * PATCHES.rowLength()];
            int[] names = new int[count];
            for (int i = 0; i < count; i++) {
                Pair pair = pairs.pair(from + i);
                PatchRows.write(List.of(resized(pair.query())), PATCHES, pixels, i * COUNT * PATCHES.rowLength());
                names[i] = vocabulary.indexOf(pair.target().text());
            }
            return new Batch(pixels, names);
        }

        private static RgbImage resized(Item item) {
            return BicubicResize.resize(RgbImage.of(item.visuals().getFirst()), new ImageSize(SIDE, SIDE));
        }

        /** 1 where two pictures show the same thing: the name of one is then not wrong for the other, and must not be pushed away. [B, B]. */
        float[] sameName() {
            float[] same = new float[names.length * names.length];
            for (int i = 0; i < same.length; i++) same[i] = names[i / names.length] == names[i % names.length] ? 1 : 0;
            return same;
        }
    }

    public static void main() {
        part("The data");
        // Drawings in six colors on noisy tiles. Held out: combinations of drawing and color that training never shows.
        SceneFamilies scenes = new SceneFamilies(new IconArt());
        PairSource train = scenes.open("classification", Split.TRAIN, 1, STEPS * BATCH);
        PairSource heldOut = scenes.open("classification", Split.UNSEEN_COMBINATIONS, 1, HELD_OUT);
        List<String> vocabulary = scenes.art().training().stream().map(Concept::name).toList();
        say("%d names: %s …", vocabulary.size(), String.join(", ", vocabulary.subList(0, 8)));

        part("Training");
        Towers towers = new Towers(vocabulary.size(), Seed.of(1));
        Tensor pixels = Tensor.input("pixels", DType.FLOAT32, BATCH, COUNT, PATCHES.rowLength());
        Tensor names = Tensor.input("names", DType.INT32, BATCH);
        Tensor same = Tensor.input("same", DType.FLOAT32, BATCH, BATCH);
        // Each picture must find its name among all names of the batch, and each name its picture. The scale sharpens cosines into scores.
        Tensor loss = Losses.infoNce(towers.pictures(pixels), towers.names(names), 20, same);
        Schedule schedule = Schedule.warmupCosine(2e-3f, 10, STEPS + 1);
        try (Training training = Training.of(towers.parameters(), AdamW.with(2e-3f).weightDecay(0.05f).clip(1), Executors.standard());
             TrainStep step = training.compile(loss)) {
            for (int i = 1; i <= STEPS; i++) {
                Batch batch = Batch.of(train, vocabulary, (long) (i - 1) * BATCH, BATCH);
                StepResult result = step.set("pixels", batch.pixels()).set("names", batch.names()).set("same", batch.sameName()).run(schedule.at(i));
                if (i == 1 || i % 20 == 0) say("step %3d: loss %.3f", i, result.loss());
            }
        }

        part("Held-out combinations");
        Batch test = Batch.of(heldOut, vocabulary, 0, HELD_OUT);
        Tensor input = Tensor.input("pixels", DType.FLOAT32, HELD_OUT, COUNT, PATCHES.rowLength());
        Tensor all = Tensor.ofInts(Shape.of(vocabulary.size()), IntStream.range(0, vocabulary.size()).toArray());
        Tensor cosines = towers.pictures(input).matmulTransposed(towers.names(all));                          // [pictures, names]
        try (Program program = Program.builder().output("cosines", cosines).compile(Executors.standard())) {
            program.set("pixels", test.pixels()).run();
            float[] values = program.read("cosines").floats();
            int hits = 0;
            for (int i = 0; i < HELD_OUT; i++) {
                int best = 0;
                for (int n = 1; n < vocabulary.size(); n++) if (values[i * vocabulary.size() + n] > values[i * vocabulary.size() + best]) best = n;
                if (best == test.names()[i]) hits++;
                if (i < 4) say("a picture of '%s' is nearest to '%s'", vocabulary.get(test.names()[i]), vocabulary.get(best));
            }
            double hit = hits / (double) HELD_OUT;
            Expect.that(hit > HIT_BOUND, "hit@1 is above %.2f (%.3f of %d pictures)", HIT_BOUND, hit, HELD_OUT);
        }
    }
}
