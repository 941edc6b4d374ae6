package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Attention layers against sums written out in double precision, and the cache against the full pass. */
class AttentionTest {
    private static final int B = 2;
    private static final int T = 5;
    private static final int D = 6;
    private static final int H = 4;
    private static final int K = 2;
    private static final int W = 4;

    private static AttentionConfig config(boolean bias, boolean norm, boolean causal) {
        return new AttentionConfig(D, H, K, W, bias, norm, 1e-6f, causal);
    }

    private static GroupedQueryAttention layer(AttentionConfig config) {
        var layer = new GroupedQueryAttention(config, Seed.of(1));
        layer.parameters().forEach((name, variable) -> {
            if (!name.endsWith("proj.weight")) variable.assign(Tensor.normal(variable.shape(), Seed.of(9).split(name)).eval());
        });
        return layer;
    }

    private static Rotary rotary(int batch, int from, int count, int width) {
        int[] positions = IntStream.range(0, batch * count).map(i -> from + i % count).toArray();
        RotaryAngles angles = RotaryAngles.of(positions, RotaryAngles.frequencies(width, 100));
        Shape shape = Shape.of(batch, count, width / 2);
        return new Rotary(Tensor.of(shape, angles.cos()), Tensor.of(shape, angles.sin()));
    }

    @Test
    void withoutLengthsAllTokensCount() {
        GroupedQueryAttention layer = layer(config(false, true, true));
        Tensor x = Tensor.normal(Shape.of(B, T, D), Seed.of(2));
        Rotary rotary = Rotary.sequence(B, T, W, 100);
        assertThat(layer.forward(x, rotary).eval().floats()).containsExactly(layer.forward(x, rotary, Tensor.ofInts(Shape.of(B), T, T)).eval().floats());
        assertThat(layer.forward(x, rotary).eval().floats()).containsExactly(layer.forward(x, rotary(B, 0, T, W)).eval().floats());
    }

    /** The layer for one sequence, in double precision. */
    private static double[][] oracle(GroupedQueryAttention layer, AttentionConfig config, float[] x, int tokens, int length) {
        double[][] q = heads(layer, "q", config, x, tokens, H);
        double[][] k = heads(layer, "k", config, x, tokens, K);
        double[][] v = heads(layer, "v", config, x, tokens, K);
        float[] out = layer.parameters().get("o_proj.weight").value().floats();
        double[][] y = new double[tokens][D];
        for (int t = 0; t < tokens; t++) {
            double[] joined = new double[H * W];
            for (int h = 0; h < H; h++) {
                int visible = config.causal() ? Math.min(length, t + 1) : length;
                double[] p = new double[visible];
                for (int s = 0; s < visible; s++)
                    for (int i = 0; i < W; i++) p[s] += q[t][h * W + i] * k[s][h / (H / K) * W + i] / Math.sqrt(W);
                double sum = 0;
                for (int s = 0; s < visible; s++) sum += p[s] = Math.exp(p[s]);
                for (int s = 0; s < visible; s++) for (int i = 0; i < W; i++) joined[h * W + i] += p[s] / sum * v[s][h / (H / K) * W + i];
            }
            for (int o = 0; o < D; o++) for (int i = 0; i < H * W; i++) y[t][o] += joined[i] * out[o * H * W + i];
        }
        return y;
    }

    private static double[][] heads(GroupedQueryAttention layer, String part, AttentionConfig config, float[] x, int tokens, int heads) {
        float[] weight = layer.parameters().get(part + "_proj.weight").value().floats();
        Variable bias = layer.parameters().get(part + "_proj.bias");
        double[][] y = new double[tokens][heads * W];
        for (int t = 0; t < tokens; t++) {
            for (int o = 0; o < heads * W; o++) {
                y[t][o] = bias == null ? 0 : bias.value().floats()[o];
                for (int i = 0; i < D; i++) y[t][o] += x[t * D + i] * weight[o * D + i];
            }
            if (part.equals("v")) continue;
            for (int h = 0; h < heads; h++) {
                if (config.qkNorm()) norm(y[t], h * W, layer.parameters().get(part + "_norm.weight").value().floats());
                for (int i = 0; i < W / 2; i++) {
                    double angle = t * Math.pow(100, -2.0 * i / W);
                    double u = y[t][h * W + i];
                    double w = y[t][h * W + W / 2 + i];
                    y[t][h * W + i] = u * Math.cos(angle) - w * Math.sin(angle);
                    y[t][h * W + W / 2 + i] = w * Math.cos(angle) + u * Math.sin(angle);
                }
            }
        }
        return y;
    }

    private static void norm(double[] x, int from, float[] weight) {
        double squares = 0;
        for (int i = 0; i < W; i++) squares += x[from + i] * x[from + i];
        for (int i = 0; i < W; i++) x[from + i] *= weight[i] / Math.sqrt(squares / W + 1e-6);
    }

    private static void check(AttentionConfig config) {
        var layer = layer(config);
        Tensor x = Tensor.normal(Shape.of(B, T, D), Seed.of(2));
        int[] lengths = {T, 3};
        float[] y = layer.forward(x, rotary(B, 0, T, W), Tensor.ofInts(Shape.of(B), lengths)).eval().floats();
        float[] all = x.eval().floats();
        for (int b = 0; b < B; b++) {
            double[][] expected = oracle(layer, config, Arrays.copyOfRange(all, b * T * D, (b + 1) * T * D), T, lengths[b]);
            for (int t = 0; t < lengths[b]; t++)
                for (int i = 0; i < D; i++) assertThat((double) y[(b * T + t) * D + i]).isCloseTo(expected[t][i], within(1e-5));
        }
    }

    @Test
    void causalWithNormsAsInQwen3() {
        check(config(false, true, true));
    }

    @Test
    void withBiasesAsInQwen2() {
        check(config(true, false, true));
    }

    @Test
    void bothDirections() {
        check(config(false, false, false));
    }

    @Test
    void headWidthMayDifferFromWidthOverHeads() {
        var parameters = layer(config(true, true, true)).parameters();
        assertThat(parameters.keySet()).containsExactly("q_proj.weight", "q_proj.bias", "k_proj.weight", "k_proj.bias", "v_proj.weight", "v_proj.bias",
                "o_proj.weight", "q_norm.weight", "k_norm.weight");
        assertThat(parameters.get("q_proj.weight").shape()).isEqualTo(Shape.of(16, 6));
        assertThat(parameters.get("k_proj.weight").shape()).isEqualTo(Shape.of(8, 6));
        assertThat(parameters.get("o_proj.weight").shape()).isEqualTo(Shape.of(6, 16));
        assertThatThrownBy(() -> new AttentionConfig(6, 4, 3, 4, false, false, 0, true)).hasMessageContaining("multiple of key heads");
    }

    @Test
    void theGradientIsThatOfFiniteDifferences() {
        var layer = layer(config(true, true, true));
        Tensor x = Tensor.normal(Shape.of(B, T, D), Seed.of(2));
        Tensor loss = layer.forward(x, rotary(B, 0, T, W), Tensor.ofInts(Shape.of(B), T, 4)).mul(Tensor.normal(Shape.of(B, T, D), Seed.of(3))).sum();
        for (String name : layer.parameters().keySet()) {
            Variable variable = layer.parameters().get(name);
            float[] gradient = Gradients.of(loss, variable.tensor()).eval().floats();
            for (int i : new int[] {0, gradient.length - 1}) {
                int j = variable.contents().offset() + i;
                float before = variable.contents().floats()[j];
                float step = 1e-2f;
                variable.buffer().floats()[j] = before + step;
                double up = loss.eval().item();
                variable.buffer().floats()[j] = before - step;
                double down = loss.eval().item();
                variable.buffer().floats()[j] = before;
                assertThat((up - down) / (2 * step)).as(name + " " + i).isCloseTo(gradient[i], within(2e-2 * Math.max(0.5, Math.abs(gradient[i]))));
            }
        }
    }

    @Test
    void decodingFromTheCacheGivesTheFullPass() {
        var layer = layer(config(false, true, true));
        Tensor x = Tensor.normal(Shape.of(B, T, D), Seed.of(2));
        float[] full = layer.forward(x, rotary(B, 0, T, W), Tensor.ofInts(Shape.of(B), T, T)).eval().floats();
        var cache = new KvCache(1, B, T + 2, K, W);
        int prompt = 3;
        Program.Builder prefill = Program.builder().output("y", layer.forward(x.slice(1, 0, prompt), rotary(B, 0, prompt, W),
                Tensor.ofInts(Shape.of(B), prompt, prompt), cache.layer(0, Tensor.ofInts(Shape.of(B), 0, 0))));
        cache.updates().forEach(prefill::update);
        try (Program program = prefill.compile(Executors.standard())) {
            program.run();
            assertRows(program.read("y").floats(), prompt, full, 0);
        }
        Program.Builder decode = Program.builder().output("y", layer.forward(Tensor.input("x", DType.FLOAT32, B, 1, D), Rotary.input("rotary", B, 1, W),
                Tensor.input("lengths", DType.INT32, B), cache.layer(0, Tensor.input("starts", DType.INT32, B))));
        cache.updates().forEach(decode::update);
        try (Program program = decode.compile(Executors.standard())) {
            for (int t = prompt; t < T; t++) {
                RotaryAngles angles = RotaryAngles.of(new int[] {t, t}, RotaryAngles.frequencies(W, 100));
                program.set("x", x.slice(1, t, t + 1).eval().floats()).set("lengths", new int[] {t + 1, t + 1}).set("starts", new int[] {t, t})
                        .set("rotary_cos", angles.cos()).set("rotary_sin", angles.sin()).run();
                assertRows(program.read("y").floats(), 1, full, t);
            }
        }
    }

    @Test
    void severalTokensOverACacheGiveTheFullPassInOneRun() {
        var layer = layer(config(false, true, true));
        Tensor x = Tensor.normal(Shape.of(B, T, D), Seed.of(2));
        float[] full = layer.forward(x, rotary(B, 0, T, W), Tensor.ofInts(Shape.of(B), T, T)).eval().floats();
        var cache = new KvCache(1, B, T + 2, K, W);
        Program.Builder prefill = Program.builder().output("y", layer.forward(x, rotary(B, 0, T, W), Tensor.ofInts(Shape.of(B), T, T),
                cache.layer(0, Tensor.ofInts(Shape.of(B), 0, 0))));
        cache.updates().forEach(prefill::update);
        try (Program program = prefill.compile(Executors.standard())) {
            program.run();
        }
        float[] keys = cache.keys(0).floats();
        // The first sequence goes on behind 3 tokens and the second behind none, over what the cache holds beyond.
        int[] starts = {3, 0};
        int turn = 2;
        float[] tokens = new float[B * turn * D];
        for (int b = 0; b < B; b++) System.arraycopy(x.eval().floats(), (b * T + starts[b]) * D, tokens, b * turn * D, turn * D);
        RotaryAngles angles = RotaryAngles.of(new int[] {3, 4, 0, 1}, RotaryAngles.frequencies(W, 100));
        Program.Builder further = Program.builder().output("y", layer.forward(Tensor.input("x", DType.FLOAT32, B, turn, D), Rotary.input("rotary", B, turn, W),
                Tensor.ofInts(Shape.of(B), turn, turn), cache.continuing(0, Tensor.input("starts", DType.INT32, B))));
        cache.updates().forEach(further::update);
        try (Program program = further.compile(Executors.standard())) {
            program.set("x", tokens).set("starts", starts).set("rotary_cos", angles.cos()).set("rotary_sin", angles.sin()).run();
            float[] y = program.read("y").floats();
            for (int b = 0; b < B; b++)
                for (int i = 0; i < turn * D; i++) assertThat(y[b * turn * D + i]).as(b + ", " + i).isCloseTo(full[(b * T + starts[b]) * D + i], within(1e-5f));
            assertThat(cache.keys(0).floats()).as("written again").usingComparatorWithPrecision(1e-5f).containsExactly(keys);
            program.set("starts", new int[] {-1, -1}).run();
            assertThat(cache.keys(0).floats()).as("left alone").usingComparatorWithPrecision(1e-5f).containsExactly(keys);
        }
    }

    private static void assertRows(float[] part, int tokens, float[] full, int from) {
        for (int b = 0; b < B; b++)
            for (int i = 0; i < tokens * D; i++) assertThat(part[b * tokens * D + i]).isCloseTo(full[(b * T + from) * D + i], within(1e-5f));
    }

    @Test
    void visionAttentionStaysWithinAnImage() {
        var layer = new VisionAttention(8, 2, Seed.of(1));
        assertThat(layer.parameters().keySet()).containsExactly("qkv.weight", "qkv.bias", "proj.weight", "proj.bias");
        Tensor x = Tensor.normal(Shape.of(2, 3, 8), Seed.of(2));
        float[] y = layer.forward(x, rotary(2, 0, 3, 4)).eval().floats();
        float[] second = layer.forward(x.slice(0, 1, 2), rotary(1, 0, 3, 4)).eval().floats();
        for (int i = 0; i < 24; i++) assertThat(y[24 + i]).isCloseTo(second[i], within(1e-6f));
        float[] counted = layer.forward(x, rotary(2, 0, 3, 4), Tensor.ofInts(Shape.of(2), 3, 2)).eval().floats();
        float[] shorter = layer.forward(x.slice(0, 1, 2).slice(1, 0, 2), rotary(1, 0, 2, 4)).eval().floats();
        for (int i = 0; i < 16; i++) assertThat(counted[24 + i]).isCloseTo(shorter[i], within(1e-6f));
        assertThatThrownBy(() -> new VisionAttention(8, 3, Seed.of(1))).hasMessageContaining("multiple of heads, got 8 and 3");
    }

    /** With an identity for the values and zero queries, each patch gets the mean of all patches' values: the parts lie in the order query, key, value. */
    @Test
    void visionAttentionSplitsTheFusedMapIntoQueryKeyValue() {
        var layer = new VisionAttention(4, 1, Seed.of(1));
        float[] fused = new float[48];
        for (int i = 0; i < 4; i++) fused[(8 + i) * 4 + i] = 1;
        float[] identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
        layer.load(java.util.Map.of("qkv.weight", HostTensor.of(Shape.of(12, 4), fused), "qkv.bias", HostTensor.of(Shape.of(12), new float[12]),
                "proj.weight", HostTensor.of(Shape.of(4, 4), identity), "proj.bias", HostTensor.of(Shape.of(4), 0, 0, 0, 10)));
        float[] y = layer.forward(Tensor.of(Shape.of(1, 2, 4), 1, 2, 3, 4, 3, 4, 5, 6), rotary(1, 0, 2, 4)).eval().floats();
        assertThat(y).containsExactly(new float[] {2, 3, 4, 15, 2, 3, 4, 15}, within(1e-6f));
    }
}
