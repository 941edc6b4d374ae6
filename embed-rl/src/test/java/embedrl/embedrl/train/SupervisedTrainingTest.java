package embedrl.embedrl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.grpo.LogProbabilities;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.Training;
import embedrl.tensor.Seed;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SupervisedTrainingTest {
    private final Qwen3Vl model = TinyStudy.MODELS.model(Seed.of(5));
    private final List<ResponseBatch.Example> examples = TinyStudy.examples(TinyStudy.pairs("qa", 3));

    private Training training() {
        return Training.of(model.parameters(), AdamW.with(3e-3f).clip(1), TinyStudy.EXECUTOR);
    }

    @Test
    void theLossIsAWeightedMeanOverTheResponseTokens() {
        IntToDoubleFunction weight = token -> token % 3 == 0 ? 0 : 0.5 + token % 4;
        ResponseBatch batch = ResponseBatch.of(examples, model.config());
        double sum = 0;
        double weights = 0;
        try (LogProbabilities measured = new LogProbabilities(model, TinyStudy.EXECUTOR)) {
            float[] values = measured.of(batch);
            for (int b = 0; b < examples.size(); b++)
                for (int t = 0; t < examples.get(b).response().length; t++) {
                    double w = weight.applyAsDouble(examples.get(b).response()[t]);
                    sum -= w * values[batch.slot(b, t)];
                    weights += w;
                }
        }
        try (Training training = training(); SupervisedTraining supervised = new SupervisedTraining(model, training, weight)) {
            assertThat((double) supervised.step(examples, 1e-3f).loss()).isCloseTo(sum / weights, within(1e-4));
        }
    }

    @Test
    void theLossOfAFreshModelIsNearUniformAndFalls() {
        List<ResponseBatch.Example> texts = examples.stream().filter(e -> e.prompt().visuals().isEmpty()).toList();
        try (Training training = training(); SupervisedTraining supervised = new SupervisedTraining(model, training, _ -> 1)) {
            float first = supervised.step(texts, 3e-3f).loss();
            assertThat((double) first).isCloseTo(Math.log(model.config().text().vocabSize()), within(1.0));
            float last = first;
            for (int step = 0; step < 24; step++) last = supervised.step(texts, 3e-3f).loss();
            assertThat(last).isLessThan(0.4f * first);
            assertThat(training.steps()).isEqualTo(25);
        }
    }

    /** Batches of other sizes go on with the same optimizer. */
    @Test
    void sizesMayChangeFromStepToStep() {
        try (Training training = training(); SupervisedTraining supervised = new SupervisedTraining(model, training, _ -> 1)) {
            supervised.step(examples, 1e-3f);
            supervised.step(examples.subList(0, 1), 1e-3f);
            assertThat(supervised.step(examples, 1e-3f).loss()).isFinite();
            assertThat(training.steps()).isEqualTo(3);
        }
    }
}
