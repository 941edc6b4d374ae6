package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TextLogitsTest {
    private static final int VOCABULARY = 50;
    private final Decoder model = new Decoder(new DecoderConfig(DecoderConfig.Family.QWEN3, VOCABULARY, 16, 24, 2, 2, 1, 8, 1e-6f,
            new RopeFrequencies.Plain(10000), false, false, true), new Seed(1));

    @Test
    void likelihoodsAreThoseOfTheLogits() {
        int[] text = new int[75];   // more than two portions of rows
        for (int i = 0; i < text.length; i++) text[i] = i * 7 % VOCABULARY;
        try (Executor executor = Executors.open("reference", 0)) {
            TextLogits all = new TextLogits(model, executor, text);
            float[] logits = all.logits(0, text.length);
            float[] values = all.negativeLogLikelihoods();
            assertThat(logits).hasSize(75 * VOCABULARY);
            assertThat(values).hasSize(74);
            double mean = 0;
            for (int t = 0; t < 74; t++) {
                double sum = 0;
                for (int v = 0; v < VOCABULARY; v++) sum += Math.exp(logits[t * VOCABULARY + v]);
                double expected = Math.log(sum) - logits[t * VOCABULARY + text[t + 1]];
                assertThat((double) values[t]).as("token %d", t + 1).isCloseTo(expected, within(1e-5));
                mean += expected / 74;
            }
            assertThat(all.perplexity()).isCloseTo(Math.exp(mean), within(1e-3));
            assertThat(all.logits(3, 5)).containsExactly(Arrays.copyOfRange(logits, 3 * VOCABULARY, 5 * VOCABULARY), within(1e-6f));
        }
    }

    @Test
    void laterTokensChangeNothingBefore() {
        try (Executor executor = Executors.open("reference", 0)) {
            float[] one = new TextLogits(model, executor, new int[] {4, 9, 2}).logits(0, 2);
            assertThat(new TextLogits(model, executor, new int[] {4, 9, 30}).logits(0, 2)).containsExactly(one, within(1e-6f));
        }
    }

    @Test
    void refusesTextsThatAreTooShort() {
        try (Executor executor = Executors.open("reference", 0)) {
            assertThatThrownBy(() -> new TextLogits(model, executor, new int[0])).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least one token");
            assertThatThrownBy(() -> new TextLogits(model, executor, new int[] {1}).perplexity()).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least two tokens, got 1");
        }
    }
}
