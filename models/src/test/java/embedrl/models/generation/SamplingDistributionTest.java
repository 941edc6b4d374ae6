package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SamplingDistributionTest {
    private static SamplingDistribution of(SamplingSettings settings, float... logits) {
        SamplingDistribution distribution = new SamplingDistribution(logits.length);
        distribution.set(logits, 0, settings);
        return distribution;
    }

    @Test
    void agreesWithTheReferenceValues() throws IOException, URISyntaxException {
        Path folder = Path.of(SamplingDistributionTest.class.getResource("/golden/sampling/distribution").toURI());
        JsonNode root = new JsonMapper().readTree(Files.readString(folder.resolve("case.json")));
        JsonNode rows = root.at("/inputs/rows");
        assertThat(rows.size()).isEqualTo(24);
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("tensors.safetensors"))) {
            for (int row = 0; row < rows.size(); row++) {
                String about = "row " + row + ": " + rows.get(row).get("about").asString();
                float[] logits = file.floats("input.logits." + row);
                int[] tokens = file.ints("input.tokens." + row);
                SamplingDistribution distribution = of(settings(rows.get(row)), logits);
                SamplingDistribution raw = of(SamplingSettings.UNCHANGED, logits);
                float[] expected = file.floats("expected.probabilities." + row);
                for (int token = 0; token < expected.length; token++) {
                    assertThat(distribution.probability(token)).as(about + ", token " + token).isEqualTo(expected[token], within(1e-5f));
                    assertThat(distribution.probability(token) == 0).as(about + ", token " + token + " removed").isEqualTo(expected[token] == 0);
                }
                assertThat(distribution.kept()).as(about).isEqualTo(root.at("/expected/rows").get(row).get("kept").intValue());
                for (int i = 0; i < tokens.length; i++) {
                    String which = about + ", token " + tokens[i];
                    assertClose(which, raw.logProbability(tokens[i]), file.floats("expected.log_probabilities_raw." + row)[i]);
                    assertClose(which, distribution.logProbability(tokens[i]), file.floats("expected.log_probabilities_temperature." + row)[i]);
                    assertClose(which, distribution.truncatedLogProbability(tokens[i]), file.floats("expected.log_probabilities_final." + row)[i]);
                }
            }
        }
    }

    private static SamplingSettings settings(JsonNode row) {
        return new SamplingSettings(row.get("temperature").doubleValue(),
                row.get("top_k").isNull() ? null : row.get("top_k").intValue(),
                row.get("top_p").isNull() ? null : row.get("top_p").doubleValue());
    }

    private static void assertClose(String about, float actual, float expected) {
        if (Float.isInfinite(expected)) {
            assertThat(actual).as(about).isEqualTo(expected);
        } else {
            assertThat(actual).as(about).isEqualTo(expected, within(2e-4f));
        }
    }

    /** The definition written plainly: a full stable sort, no shortcuts. */
    private static boolean[] keptByDefinition(float[] logits, SamplingSettings settings) {
        int size = logits.length;
        double[] score = new double[size];
        for (int i = 0; i < size; i++) {
            score[i] = logits[i] / (float) settings.temperature();
        }
        if (settings.topK() != null) {
            double[] sorted = score.clone();
            java.util.Arrays.sort(sorted);
            double threshold = sorted[size - Math.min(size, settings.topK())];
            for (int i = 0; i < size; i++) {
                score[i] = score[i] < threshold ? Double.NEGATIVE_INFINITY : score[i];
            }
        }
        boolean[] kept = new boolean[size];
        for (int i = 0; i < size; i++) {
            kept[i] = score[i] != Double.NEGATIVE_INFINITY;
        }
        if (settings.topP() != null) {
            int[] order = IntStream.range(0, size).boxed().sorted(java.util.Comparator.comparingDouble(i -> score[i])).mapToInt(i -> i).toArray();
            double total = java.util.Arrays.stream(score).map(Math::exp).sum();
            double cumulative = 0;
            for (int rank = 0; rank < size - 1; rank++) {
                cumulative += Math.exp(score[order[rank]]) / total;
                kept[order[rank]] &= cumulative > 1 - settings.topP();
            }
        }
        return kept;
    }

    @Test
    void agreesWithTheDefinitionOnRandomRows() {
        SplittableRandom random = new SplittableRandom(11);
        SamplingDistribution distribution = new SamplingDistribution(50);
        float[] rows = new float[120];
        for (int trial = 0; trial < 3000; trial++) {
            int offset = random.nextInt(71);
            float[] logits = new float[50];
            for (int i = 0; i < 50; i++) {
                // Few distinct values, so that ties are common.
                logits[i] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(-6, 7) * 0.37f;
            }
            System.arraycopy(logits, 0, rows, offset, 50);
            SamplingSettings settings = new SamplingSettings(0.3 + random.nextDouble() * 2,
                    random.nextBoolean() ? 1 + random.nextInt(60) : null, random.nextBoolean() ? random.nextDouble() : null);
            distribution.set(rows, offset, settings);
            boolean[] expected = keptByDefinition(logits, settings);
            int best = 0;
            for (int i = 0; i < 50; i++) if (logits[i] > logits[best]) best = i;
            assertThat(distribution.best()).as(settings + " trial " + trial).isEqualTo(best);
            double total = 0;
            for (int i = 0; i < 50; i++) total += expected[i] ? Math.exp(logits[i] / settings.temperature()) : 0;
            double sum = 0;
            for (int i = 0; i < 50; i++) {
                assertThat(distribution.probability(i) > 0).as(settings + " trial " + trial + " token " + i).isEqualTo(expected[i]);
                if (expected[i]) assertThat((double) distribution.probability(i)).isEqualTo(Math.exp(logits[i] / settings.temperature()) / total, within(1e-5));
                sum += distribution.probability(i);
            }
            assertThat(sum).isEqualTo(1, within(1e-5));
        }
    }

    /** 1/n rounded to float32 lies below 1/n for some n, above for others; one token stays for all of them. */
    @Test
    void equalLogitsWithTopPZeroKeepTheLast() {
        for (int size = 1; size < 100; size++) {
            SamplingDistribution distribution = of(new SamplingSettings(1, null, 0.0), new float[size]);
            assertThat(distribution.kept()).as(size + " equal logits").isEqualTo(1);
            assertThat(distribution.probability(size - 1)).isEqualTo(1);
        }
    }

    @Test
    void countsWhatStaysOfEachRowItTakes() {
        SamplingDistribution distribution = of(new SamplingSettings(1, 2, null), 1, 3, 2, 2, Float.NEGATIVE_INFINITY);
        assertThat(distribution.kept()).as("two equal ones at the edge").isEqualTo(3);
        assertThat(distribution.kept()).as("asked again").isEqualTo(3);
        distribution.set(new float[] {-500, 0, Float.NEGATIVE_INFINITY, 1, 1}, 0, SamplingSettings.UNCHANGED);
        assertThat(distribution.probability(0)).isZero();
        assertThat(distribution.kept()).as("too small for float32, but there").isEqualTo(4);
        assertThat(distribution.best()).isEqualTo(3);
    }

    /** -0 and 0 are equal: the first one is the best, and its sign changes no probability. */
    @Test
    void zerosOfEitherSignAreEqual() {
        SamplingDistribution distribution = of(SamplingSettings.UNCHANGED, -1, -0f, 0f, -0f);
        assertThat(distribution.best()).isEqualTo(1);
        for (int token = 2; token < 4; token++) {
            assertThat(distribution.probability(token)).isEqualTo(distribution.probability(1));
            assertThat(distribution.logProbability(token)).isEqualTo(distribution.logProbability(1));
        }
        assertThat(of(SamplingSettings.UNCHANGED, -0f).logProbability(0)).isZero();
    }

    @Test
    void samplesAtThePointOfTheCumulativeDistribution() {
        SamplingDistribution distribution = of(SamplingSettings.UNCHANGED, 0, Float.NEGATIVE_INFINITY, (float) Math.log(2), 0);
        assertThat(distribution.sample(0)).isEqualTo(0);
        assertThat(distribution.sample(0.2499)).isEqualTo(0);
        assertThat(distribution.sample(0.2501)).isEqualTo(2);
        assertThat(distribution.sample(0.7499)).isEqualTo(2);
        assertThat(distribution.sample(0.7501)).isEqualTo(3);
        assertThat(distribution.sample(Math.nextDown(1.0))).isEqualTo(3);
        assertThat(distribution.best()).isEqualTo(2);
        assertThatThrownBy(() -> distribution.sample(1)).hasMessage("sampling: a uniform draw lies in [0, 1), got 1.0");
    }

    @Test
    void frequenciesFollowTheProbabilities() {
        SamplingDistribution distribution = of(new SamplingSettings(0.8, null, 0.95), 1, 0.5f, -1, 2, -4);
        RandomStream stream = new RandomStream(3, 4);
        int[] counts = new int[5];
        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            counts[distribution.sample(stream.uniform(i))]++;
        }
        assertThat(counts[4]).isZero();
        for (int token = 0; token < 5; token++) {
            assertThat(counts[token] / (double) draws).isEqualTo(distribution.probability(token), within(0.005));
        }
    }

    @Test
    void refusesWhatHasNoDistribution() {
        assertThatThrownBy(() -> of(SamplingSettings.UNCHANGED, 1, Float.NaN)).hasMessageContaining("logit 1 is NaN");
        assertThatThrownBy(() -> of(SamplingSettings.UNCHANGED, Float.POSITIVE_INFINITY)).hasMessageContaining("logit 0 is Infinity");
        assertThatThrownBy(() -> of(SamplingSettings.UNCHANGED, 2, Float.POSITIVE_INFINITY, Float.NaN)).hasMessageContaining("logit 1 is Infinity (Infinity after temperature 1.0)");
        assertThatThrownBy(() -> of(new SamplingSettings(1e-30, null, null), 2, 1e20f)).hasMessageContaining("logit 1 is 1.0E20 (Infinity after temperature 1.0E-30)");
        assertThatThrownBy(() -> of(SamplingSettings.UNCHANGED, Float.NEGATIVE_INFINITY)).hasMessageContaining("every logit is minus infinity");
        assertThatThrownBy(() -> new SamplingDistribution(4).set(new float[6], 3, SamplingSettings.UNCHANGED))
                .hasMessage("sampling: a row of 4 logits at 3 does not fit an array of 6");
        assertThatThrownBy(() -> new SamplingSettings(0, null, null)).hasMessageContaining("temperature must be above 0");
        assertThatThrownBy(() -> new SamplingSettings(1, 0, null)).hasMessageContaining("top_k must be at least 1, got 0");
        assertThatThrownBy(() -> new SamplingSettings(1, null, 1.5)).hasMessageContaining("top_p must be between 0 and 1, got 1.5");
    }
}
