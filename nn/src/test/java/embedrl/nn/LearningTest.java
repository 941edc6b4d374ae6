package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Layers, losses and training together: small models learn what they must. */
class LearningTest {
    @Test
    void aSmallNetworkLearnsExclusiveOr() {
        var mlp = new GeluMlp(2, 8, 2, GeluMlp.Gelu.TANH, Seed.of(3));
        Tensor x = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
        Tensor classes = Tensor.ofInts(Shape.of(4), 0, 1, 1, 0);
        Tensor loss = Losses.crossEntropy(mlp.forward(x), classes);
        try (Training training = Training.of(mlp.parameters(), AdamW.with(0.05f), Executors.standard()); TrainStep step = training.compile(loss)) {
            float first = step.run().loss();
            for (int i = 0; i < 200; i++) step.run();
            float last = step.run().loss();
            assertThat(first).isGreaterThan(0.5f);
            assertThat(last).isLessThan(0.01f);
            assertThat(training.steps()).isEqualTo(202);
        }
        float[] logits = mlp.forward(x).eval().floats();
        for (int i = 0; i < 4; i++) assertThat(logits[2 * i + 1] > logits[2 * i]).isEqualTo(i == 1 || i == 2);
    }

    /** A decoder of one layer, with a tied head. */
    static final class TinyDecoder extends Module {
        private static final AttentionConfig ATTENTION = new AttentionConfig(16, 4, 2, 4, false, true, 1e-6f, true);
        private final Embedding embedding = child("embed_tokens", new Embedding(11, 16, Initializers.normal(0.5, Seed.of(1))));
        private final RmsNorm attentionNorm = child("layers.0.input_layernorm", new RmsNorm(16, 1e-6f));
        private final GroupedQueryAttention attention = child("layers.0.self_attn", new GroupedQueryAttention(ATTENTION, Seed.of(2)));
        private final RmsNorm mlpNorm = child("layers.0.post_attention_layernorm", new RmsNorm(16, 1e-6f));
        private final SwiGlu mlp = child("layers.0.mlp", new SwiGlu(16, 32, Seed.of(3)));
        private final RmsNorm norm = child("norm", new RmsNorm(16, 1e-6f));

        Tensor logits(Tensor tokens, Rotary rotary, Tensor lengths, AttentionContext context) {
            Tensor x = embedding.forward(tokens);
            x = x.add(attention.forward(attentionNorm.forward(x), rotary, lengths, context));
            x = x.add(mlp.forward(mlpNorm.forward(x)));
            return embedding.project(norm.forward(x));
        }
    }

    @Test
    void aDecoderMemorizesASequenceAndGeneratesItFromACache() {
        int[] text = {1, 4, 2, 4, 8, 5, 7, 4, 3, 9, 0};
        var model = new TinyDecoder();
        Tensor tokens = Tensor.input("tokens", DType.INT32, 1, text.length);
        Tensor lengths = Tensor.ofInts(Shape.of(1), text.length);
        Tensor loss = Losses.nextToken(model.logits(tokens, Rotary.input("rotary", 1, text.length, 4), lengths, AttentionContext.NONE), tokens);
        RotaryAngles angles = angles(0, text.length);
        try (Training training = Training.of(model.parameters(), AdamW.with(0.02f).clip(1), Executors.standard()); TrainStep step = training.compile(loss)) {
            step.set("tokens", text).set("rotary_cos", angles.cos()).set("rotary_sin", angles.sin());
            for (int i = 0; i < 120; i++) step.run();
            assertThat(step.run().loss()).isLessThan(0.05f);
        }
        assertThat(generate(model, text)).containsExactly(text);
    }

    /** Greedy decoding after a prompt of two tokens. */
    private static int[] generate(TinyDecoder model, int[] text) {
        var cache = new KvCache(1, 1, text.length, 2, 4);
        int[] generated = {text[0], text[1], 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Tensor prompt = Tensor.ofInts(Shape.of(1, 2), text[0], text[1]);
        var promptRotary = new Rotary(Tensor.of(Shape.of(1, 2, 2), angles(0, 2).cos()), Tensor.of(Shape.of(1, 2, 2), angles(0, 2).sin()));
        Program.Builder prefill = Program.builder().output("logits",
                model.logits(prompt, promptRotary, Tensor.ofInts(Shape.of(1), 2), cache.layer(0, Tensor.ofInts(Shape.of(1), 0))));
        cache.updates().forEach(prefill::update);
        try (Program program = prefill.compile(Executors.standard())) {
            program.run();
            generated[2] = largest(program.read("logits").floats(), 11);
        }
        Tensor starts = Tensor.input("starts", DType.INT32, 1);
        Program.Builder decode = Program.builder().output("logits", model.logits(Tensor.input("token", DType.INT32, 1, 1), Rotary.input("rotary", 1, 1, 4),
                Tensor.input("lengths", DType.INT32, 1), cache.layer(0, starts)));
        cache.updates().forEach(decode::update);
        try (Program program = decode.compile(Executors.standard())) {
            for (int at = 2; at < text.length - 1; at++) {
                RotaryAngles angles = angles(at, 1);
                program.set("token", new int[] {generated[at]}).set("starts", new int[] {at}).set("lengths", new int[] {at + 1})
                        .set("rotary_cos", angles.cos()).set("rotary_sin", angles.sin()).run();
                generated[at + 1] = largest(program.read("logits").floats(), 0);
            }
        }
        return generated;
    }

    private static RotaryAngles angles(int from, int count) {
        return RotaryAngles.of(java.util.stream.IntStream.range(from, from + count).toArray(), RotaryAngles.frequencies(4, 10000));
    }

    private static int largest(float[] values, int from) {
        int best = from;
        for (int i = from; i < values.length; i++) if (values[i] > values[best]) best = i;
        return best - from;
    }

    @Test
    void theTinyDecoderIsNamedLikeACheckpoint() {
        assertThat(new TinyDecoder().parameters()).containsOnlyKeys("embed_tokens.weight", "layers.0.input_layernorm.weight",
                "layers.0.self_attn.q_proj.weight", "layers.0.self_attn.k_proj.weight", "layers.0.self_attn.v_proj.weight",
                "layers.0.self_attn.o_proj.weight", "layers.0.self_attn.q_norm.weight", "layers.0.self_attn.k_norm.weight",
                "layers.0.post_attention_layernorm.weight", "layers.0.mlp.gate_proj.weight", "layers.0.mlp.up_proj.weight",
                "layers.0.mlp.down_proj.weight", "norm.weight");
    }

    @Test
    void metricsComeWithTheStep() {
        var layer = new Linear(2, 1, true, Seed.of(1));
        Tensor y = layer.forward(Tensor.of(new float[][] {{1, 2}, {3, 4}}));
        try (Training training = Training.of(layer.parameters(), Sgd.with(0.01f), Executors.standard());
             TrainStep step = training.compile(y.square().mean(), Map.of("mean", y.mean(), "all", y))) {
            StepResult result = step.run();
            float[] all = step.read("all").floats();
            assertThat(result.metrics()).containsOnlyKeys("mean");
            assertThat(result.metrics().get("mean")).isEqualTo((all[0] + all[1]) / 2);
            assertThat(step.run().loss()).isLessThan(result.loss());
        }
    }
}
