package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.run.Completion;
import embedrl.embedrl.run.RunListener;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole study with a step or two of every phase, run with one thread and with two. */
class CompactStudyTest {
    private static final StudyConfig CONFIG = new StudyConfig(5, List.of("qa", "text-to-image"), List.of("qa"), List.of("qa"), 1, 2, 2, 1, 2, 4, 2, 2, 2, 1e-4f, 2, 2, 0.25);

    private static StudyResult one;
    private static StudyResult two;
    private static final Heard HEARD = new Heard();

    /** What a listener was told. */
    private static final class Heard implements RunListener {
        final Map<String, Long> phases = new LinkedHashMap<>();
        final Map<String, Long> steps = new LinkedHashMap<>();
        final List<String> ended = new ArrayList<>();
        final List<Completion> completions = new ArrayList<>();

        @Override
        public void onPhase(String phase, long steps) {
            phases.put(phase, steps);
        }

        @Override
        public void onStep(String phase, long step, Map<String, Double> metrics) {
            steps.put(phase, step);
            assertThat(metrics.values()).as(phase).isNotEmpty().allSatisfy(value -> assertThat(value).isFinite());
        }

        @Override
        public void onCompletion(Completion completion) {
            completions.add(completion);
        }

        @Override
        public void onPhaseEnd(String phase) {
            ended.add(phase);
        }
    }

    private static StudyResult run(int threads, RunListener listener) {
        try (Executor executor = Executors.open("cpu", threads)) {
            return new CompactStudy(CONFIG, TinyStudy.SCENES, Qwen3VlConfig::tiny, executor, listener).run();
        }
    }

    @BeforeAll
    static void study() {
        one = run(1, HEARD);
        two = run(2, RunListener.NONE);
    }

    @Test
    void allArmsAnswerTheSameQueries() {
        for (List<StudyArm> arms : List.of(one.arms(), one.unseenConcepts())) {
            assertThat(arms.stream().map(StudyArm::name)).containsExactly("raw", "warmup", "warmup-sampled", "egrl", "egrl-sampled", "oracle");
            List<String> queries = arms.getFirst().results().stream().map(r -> r.query().id()).toList();
            assertThat(queries).hasSize(arms == one.arms() ? 4 : 2).doesNotHaveDuplicates();
            for (StudyArm arm : arms) {
                assertThat(arm.results().stream().map(r -> r.query().id())).isEqualTo(queries);
                assertThat(arm.hitAt1()).isBetween(0.0, 1.0);
                for (QueryResult result : arm.results()) assertThat(result.ranking()).hasSize(16).doesNotHaveDuplicates();
            }
        }
        assertThat(one.arm("raw").completions()).isEmpty();
        assertThat(one.arm("oracle").results().getFirst().query().query().trace()).satisfies(trace -> assertThat(one.arm("oracle").completions())
                .containsValue(TextStyle.COMPACT.completion(trace)));
        assertThat(one.arm("warmup").completions().keySet()).isEqualTo(one.arm("oracle").completions().keySet());
        assertThatThrownBy(() -> one.arm("magic")).hasMessageContaining("no arm 'magic'; the arms are [raw, warmup");
    }

    @Test
    void everyPhaseIsHeardToItsEnd() {
        assertThat(HEARD.phases).containsExactly(Map.entry("vision", 1L), Map.entry("warmup", 2L), Map.entry("embedder-raw", 1L), Map.entry("embedder", 2L),
                Map.entry("egrl", 2L), Map.entry("evaluation", 6L), Map.entry("evaluation-unseen-concepts", 6L));
        assertThat(HEARD.steps).isEqualTo(HEARD.phases);
        assertThat(HEARD.ended).containsExactlyElementsOf(HEARD.phases.keySet());
        assertThat(HEARD.completions).hasSize(CONFIG.rlSteps() * 2 * CONFIG.rlPairs() * CONFIG.rollouts());
    }

    @Test
    void theModelsOfAStudyAreFourDifferentOnes() {
        CompactStudy.Trained trained = one.trained();
        assertThat(List.of(trained.warmup().checksum(), trained.egrl().checksum(), trained.rawEmbedder().checksum(), trained.embedder().checksum()))
                .doesNotHaveDuplicates();
    }

    /** The number of threads is no part of the result: weights, completions, rewards and hits agree bit for bit. */
    @Test
    void oneAndTwoThreadsGiveTheSameStudy() {
        assertThat(two.trained().warmup().checksum()).isEqualTo(one.trained().warmup().checksum());
        assertThat(two.trained().rawEmbedder().checksum()).isEqualTo(one.trained().rawEmbedder().checksum());
        assertThat(two.trained().embedder().checksum()).isEqualTo(one.trained().embedder().checksum());
        assertThat(two.trained().egrl().checksum()).isEqualTo(one.trained().egrl().checksum());
        assertThat(two.rewardBefore().rewards()).isEqualTo(one.rewardBefore().rewards());
        assertThat(two.rewardAfter().rewards()).isEqualTo(one.rewardAfter().rewards());
        for (int arm = 0; arm < 6; arm++) {
            assertThat(RetrievalEvaluation.hits(two.arms().get(arm).results())).isEqualTo(RetrievalEvaluation.hits(one.arms().get(arm).results()));
            assertThat(two.arms().get(arm).results().stream().map(QueryResult::ranking)).isEqualTo(one.arms().get(arm).results().stream().map(QueryResult::ranking).toList());
            assertThat(new TreeMap<>(two.unseenConcepts().get(arm).completions())).isEqualTo(new TreeMap<>(one.unseenConcepts().get(arm).completions()));
        }
    }
}
