package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradient caching against one big batch. The learning rate of 1 without momentum makes a parameter's change its gradient. */
class GradientCacheTest {
    private static final int PAIRS = 6;

    private static Tensor embed(GeluMlp model, Tensor x) {
        return model.forward(x).l2Normalize();
    }

    private static Tensor contrastive(Tensor all) {
        return Losses.infoNce(all.slice(0, 0, PAIRS), all.slice(0, PAIRS, 2 * PAIRS), 10);
    }

    private static GeluMlp model() {
        return new GeluMlp(5, 7, 4, GeluMlp.Gelu.TANH, Seed.of(1));
    }

    private static float[] data() {
        return Tensor.normal(Shape.of(2 * PAIRS, 5), Seed.of(2)).eval().floats();
    }

    private static List<GradientCache.Chunk> chunks(List<GradientCache.Encoder> encoders, int... sizes) {
        List<GradientCache.Chunk> chunks = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < sizes.length; i++) {
            float[] rows = Arrays.copyOfRange(data(), from * 5, (from + sizes[i]) * 5);
            chunks.add(new GradientCache.Chunk(encoders.get(i), program -> program.set("x", rows)));
            from += sizes[i];
        }
        return chunks;
    }

    @Test
    void chunksGiveTheStepOfOneBigBatch() {
        var big = model();
        var cached = model();
        try (Training one = Training.of(big.parameters(), Sgd.with(1), Executors.standard());
             TrainStep step = one.compile(contrastive(embed(big, Tensor.input("x", DType.FLOAT32, 2 * PAIRS, 5))));
             Training many = Training.of(cached.parameters(), Sgd.with(1), Executors.standard());
             GradientCache cache = new GradientCache(many, 2 * PAIRS, 4, GradientCacheTest::contrastive);
             var four = cache.encoder(embed(cached, Tensor.input("x", DType.FLOAT32, 4, 5)));
             var two = cache.encoder(embed(cached, Tensor.input("x", DType.FLOAT32, 2, 5)))) {
            StepResult expected = step.set("x", data()).run();
            StepResult actual = cache.step(chunks(List.of(four, two, four, two), 4, 2, 4, 2), 1);
            assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5f * expected.loss()));
            assertThat(actual.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-5f * expected.gradientNorm()));
            var start = model().parameters();
            big.parameters().forEach((name, variable) -> {
                float[] begin = start.get(name).value().floats();
                float[] gradient = difference(begin, variable.value().floats());
                float[] other = difference(begin, cached.parameters().get(name).value().floats());
                assertThat(Golden.relativeMaximum(other, gradient)).as(name).isLessThan(1e-5);
            });
            assertThat(many.steps()).isEqualTo(1);
        }
    }

    private static float[] difference(float[] a, float[] b) {
        float[] difference = new float[a.length];
        for (int i = 0; i < a.length; i++) difference[i] = a[i] - b[i];
        return difference;
    }

    @Test
    void bothPassesDrawTheSameDropoutMasks() {
        var model = model();
        Tensor seed = Tensor.input("seed", DType.INT32, 2);
        Tensor x = Tensor.input("x", DType.FLOAT32, PAIRS, 5);
        Tensor embeddings = Dropout.seeded(seed, () -> embed(model, new Dropout(0.3f).forward(x)));
        Tensor both = Tensor.input("all", DType.FLOAT32, 2 * PAIRS, 5);
        var reference = model();
        Tensor seeds = Tensor.input("seed2", DType.INT32, 2);
        Tensor whole = Tensor.concat(0, Dropout.<Tensor>seeded(seed, () -> embed(reference, new Dropout(0.3f).forward(both.slice(0, 0, PAIRS)))),
                Dropout.<Tensor>seeded(seeds, () -> embed(reference, new Dropout(0.3f).forward(both.slice(0, PAIRS, 2 * PAIRS)))));
        try (Training many = Training.of(model.parameters(), Sgd.with(1), Executors.standard());
             GradientCache cache = new GradientCache(many, 2 * PAIRS, 4, GradientCacheTest::contrastive); var encoder = cache.encoder(embeddings);
             Training one = Training.of(reference.parameters(), Sgd.with(1), Executors.standard()); TrainStep step = one.compile(contrastive(whole))) {
            List<GradientCache.Chunk> chunks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                float[] rows = Arrays.copyOfRange(data(), i * PAIRS * 5, (i + 1) * PAIRS * 5);
                int[] words = Seed.of(i).words();
                chunks.add(new GradientCache.Chunk(encoder, program -> program.set("x", rows).set("seed", words)));
            }
            StepResult actual = cache.step(chunks, 1);
            StepResult expected = step.set("all", data()).set("seed", Seed.of(0).words()).set("seed2", Seed.of(1).words()).run();
            assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5f * expected.loss()));
            assertThat(actual.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-5f * expected.gradientNorm()));
        }
    }

    @Test
    void aMaskOfFalseNegativesIsAnInputOfTheLoss() {
        var model = model();
        Tensor mask = Tensor.input("mask", DType.FLOAT32, PAIRS, PAIRS);
        try (Training training = Training.of(model.parameters(), Sgd.with(0.1f), Executors.standard());
             GradientCache cache = new GradientCache(training, 2 * PAIRS, 4,
                     all -> Losses.infoNce(all.slice(0, 0, PAIRS), all.slice(0, PAIRS, 2 * PAIRS), 10, mask));
             var encoder = cache.encoder(embed(model, Tensor.input("x", DType.FLOAT32, PAIRS, 5)))) {
            float[] all = new float[PAIRS * PAIRS];
            Arrays.fill(all, 1);
            cache.loss().set("mask", all);
            assertThat(cache.step(chunks(List.of(encoder, encoder), PAIRS, PAIRS), 0.1f).loss()).isZero();
            cache.loss().set("mask", new float[PAIRS * PAIRS]);
            assertThat(cache.step(chunks(List.of(encoder, encoder), PAIRS, PAIRS), 0.1f).loss()).isPositive();
        }
    }

    @Test
    void theChunksMustFillTheBatch() {
        var model = model();
        try (Training training = Training.of(model.parameters(), Sgd.with(1), Executors.standard());
             GradientCache cache = new GradientCache(training, 2 * PAIRS, 4, GradientCacheTest::contrastive);
             var encoder = cache.encoder(embed(model, Tensor.input("x", DType.FLOAT32, 4, 5)))) {
            assertThatThrownBy(() -> cache.step(chunks(List.of(encoder, encoder), 4, 4), 1)).hasMessageContaining("must have 12 rows together, got 8");
            assertThatThrownBy(() -> cache.encoder(Tensor.zeros(Shape.of(4, 3)))).hasMessageContaining("[c, 4], got [4, 3]");
        }
    }
}
