package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.grpo.LogProbabilities;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.Visual;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompactModelsTest {
    private static final SceneFamilies SCENES = new SceneFamilies(new IconArt());
    private static final PairSource QUESTIONS = SCENES.open("qa", Split.TRAIN, 1, 1000);
    private static final CompactVocabulary VOCABULARY = CompactVocabulary.train(SCENES, List.of(QUESTIONS), 20);
    private static final CompactModels MODELS = new CompactModels(VOCABULARY.tokenizer(), Qwen3VlConfig.tiny(VOCABULARY.tokenizer().vocabularySize()),
            Executors.standard());

    @ParameterizedTest
    @EnumSource(Side.class)
    void aWarmUpExampleIsThePromptAndAWellFormedTCotThatEnds(Side side) {
        Pair pair = QUESTIONS.pair(7);
        ResponseBatch.Example example = MODELS.warmUpExample(side.of(pair), side);
        assertThat(example.prompt().tokens()).containsExactly(MODELS.encoder().prompt(MODELS.messages().prompt(side.of(pair), side)).tokens());
        int[] response = example.response();
        assertThat(response[response.length - 1]).isEqualTo(MODELS.encoder().endToken());
        String text = VOCABULARY.tokenizer().decode(Arrays.copyOf(response, response.length - 1));
        assertThat(FormatCheck.STRICT.accepts(text, Visual.of(side.of(pair)))).as(text).isTrue();
        assertThat(text).contains(pair.target().text());
    }

    @Test
    void theMeanLogProbabilityIsThatOfTheSampledTokens() {
        Qwen3Vl model = MODELS.model(Seed.of(3));
        Pair pair = QUESTIONS.pair(3);
        try (Reasoner reasoner = MODELS.reasoner(model); LogProbabilities measured = new LogProbabilities(model, Executors.standard())) {
            List<Rollout> rollouts = reasoner.sample(Stream.of(Side.values()).map(s -> MODELS.messages().prompt(s.of(pair), s)).toList(), 2, 1, 5).stream()
                    .flatMap(List::stream).toList();
            ResponseBatch batch = ResponseBatch.of(rollouts.stream().map(ResponseBatch.Example::of).toList(), model.config());
            double sum = 0;
            int tokens = 0;
            for (Rollout rollout : rollouts) {
                for (float logProbability : rollout.generation().logProbabilities()) sum += logProbability;
                tokens += rollout.generation().length();
            }
            assertThat(measured.mean(batch)).isCloseTo(sum / tokens, within(1e-4));
        }
    }

    @Test
    void aCopyHasTheSameParametersAndALifeOfItsOwn() {
        Qwen3Vl model = MODELS.model(Seed.of(1));
        Qwen3Vl copy = MODELS.copy(model);
        assertThat(copy.checksum()).isEqualTo(model.checksum());
        copy.copyFrom(MODELS.model(Seed.of(2)));
        assertThat(copy.checksum()).isNotEqualTo(model.checksum());
    }
}
