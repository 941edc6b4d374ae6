package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.nn.AdamW;
import embedrl.nn.AttentionConfig;
import embedrl.nn.Embedding;
import embedrl.nn.GroupedQueryAttention;
import embedrl.nn.Initializers;
import embedrl.nn.Losses;
import embedrl.nn.Module;
import embedrl.nn.RmsNorm;
import embedrl.nn.Rotary;
import embedrl.nn.Schedule;
import embedrl.nn.SwiGlu;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import module java.base;

/** Lesson 2: a decoder of one's own, which learns a rhyme byte by byte and then says it from memory. */
public final class TrainLanguageModel {
    private static final String RHYME = """
            One gray mouse ran over the hill,
            two white geese sat very still,
            three brown hares went hop, hop, hop,
            four green frogs fell in with a plop,
            five old owls woke up at eight,
            six young foxes came home late,
            seven fat pigs sang out of tune,
            eight black cats sat under the moon,
            nine red hens laid nine white eggs,
            ten long spiders have eighty legs.
            """;
    private static final int WIDTH = 64;      // D, size of the stream that the layers read and add to
    private static final int HEADS = 4;       // H
    private static final int CONTEXT = 64;    // T, bytes that the model sees at once
    private static final int BATCH = 8;       // B
    private static final int STEPS = 160;
    private static final float LOSS_BOUND = 0.3f;   // nats per byte; guessing among 256 bytes costs 5.5

    private TrainLanguageModel() {
    }

    /** One layer: tokens first exchange what they know (attention), then each thinks for itself (MLP). Both add to the stream. */
    private static final class Block extends Module {
        private final RmsNorm attentionNorm;
        private final GroupedQueryAttention attention;
        private final RmsNorm mlpNorm;
        private final SwiGlu mlp;

        Block(Seed seed) {
            var config = new AttentionConfig(WIDTH, HEADS, 2, WIDTH / HEADS, false, true, 1e-6f, true);   // causal: nobody sees what comes later
            attentionNorm = child("input_layernorm", new RmsNorm(WIDTH, 1e-6f));                          // child names are the names in a checkpoint
            attention = child("self_attn", new GroupedQueryAttention(config, seed.split("self_attn")));
            mlpNorm = child("post_attention_layernorm", new RmsNorm(WIDTH, 1e-6f));
            mlp = child("mlp", new SwiGlu(WIDTH, 3 * WIDTH, seed.split("mlp")));
        }

        /** [B, T, D] → [B, T, D]. */
        Tensor forward(Tensor x, Rotary rotary) {
            x = x.add(attention.forward(attentionNorm.forward(x), rotary));
            return x.add(mlp.forward(mlpNorm.forward(x)));
        }
    }

    /** A vector per byte, the layers, and the same vectors again to score which byte comes next (a tied head). */
    private static final class ByteDecoder extends Module {
        private final Embedding bytes;
        private final List<Block> layers = new ArrayList<>();
        private final RmsNorm norm;

        ByteDecoder(int depth, Seed seed) {
            bytes = child("embed_tokens", new Embedding(256, WIDTH, Initializers.normal(0.1, seed.split("embed_tokens"))));
            for (int i = 0; i < depth; i++) layers.add(child("layers." + i, new Block(seed.split(i))));
            norm = child("norm", new RmsNorm(WIDTH, 1e-6f));
        }

        /** INT32 [B, T] → [B, T, 256]. */
        Tensor logits(Tensor tokens) {
            Rotary rotary = Rotary.sequence(tokens.size(0), tokens.size(1), WIDTH / HEADS, 10_000);
            Tensor x = bytes.forward(tokens);
            for (Block layer : layers) x = layer.forward(x, rotary);
            return bytes.project(norm.forward(x));
        }
    }

    public static void main() {
        part("The model");
        ByteDecoder model = new ByteDecoder(2, Seed.of(1));
        say("%,d parameters; the first ones are %s", model.parameterCount(), model.parameters().keySet().stream().limit(3).toList());

        part("Training");
        byte[] text = RHYME.getBytes(StandardCharsets.US_ASCII);
        Tensor tokens = Tensor.input("tokens", DType.INT32, BATCH, CONTEXT);
        Tensor loss = Losses.nextToken(model.logits(tokens), tokens);
        Schedule schedule = Schedule.warmupCosine(4e-3f, 20, STEPS + 1);
        float last = Float.NaN;
        // Forward pass, backward pass, clipping and update are one compiled program.
        try (Training training = Training.of(model.parameters(), AdamW.with(4e-3f).clip(1), Executors.standard()); TrainStep step = training.compile(loss)) {
            for (int i = 1; i <= STEPS; i++) {
                last = step.set("tokens", windows(text, Seed.of(2).split(i))).run(schedule.at(i)).loss();
                if (i == 1 || i % 40 == 0) say("step %3d: loss %.3f", i, last);
            }
        }
        // Not zero: the first bytes of a window cut out of the text at random cannot be known.
        Expect.that(last < LOSS_BOUND, "the loss fell below %.2f nats per byte (%.3f)", LOSS_BOUND, last);

        part("Saying it from memory");
        for (String start : List.of("four green frogs", "seven fat pigs")) {
            String line = RHYME.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
            String said = start + continued(model, start, line.length() - start.length());
            Expect.that(line.equals(said), "'%s' was continued to '%s'", start, said);
        }
    }

    /** B windows of T bytes, each from a place of its own. Numbers depend on the seed alone, so the lesson always goes the same way. */
    private static int[] windows(byte[] text, Seed seed) {
        int[] tokens = new int[BATCH * CONTEXT];
        for (int b = 0; b < BATCH; b++) {
            int start = seed.below(text.length - CONTEXT + 1, b);
            for (int t = 0; t < CONTEXT; t++) tokens[b * CONTEXT + t] = text[start + t];
        }
        return tokens;
    }

    /** The most likely byte, again and again. What lies right of the last byte is padding that a causal model cannot see; Reasoner shows how a cache saves work. */
    private static String continued(ByteDecoder model, String start, int count) {
        int[] tokens = Arrays.copyOf(start.chars().toArray(), CONTEXT);
        Tensor input = Tensor.input("tokens", DType.INT32, 1, CONTEXT);
        StringBuilder said = new StringBuilder();
        try (Program program = Program.builder().output("logits", model.logits(input)).compile(Executors.standard())) {
            for (int at = start.length(); at < start.length() + count; at++) {
                program.set("tokens", tokens).run();
                float[] scores = program.read("logits").floats();      // [1, T, 256]; the row at − 1 scores the byte at
                int best = 0;
                for (int b = 1; b < 256; b++) if (scores[(at - 1) * 256 + b] > scores[(at - 1) * 256 + best]) best = b;
                tokens[at] = best;
                said.append((char) best);
            }
        }
        return said.toString();
    }
}
