package embedrl.embedrl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.autograd.Gradients;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.grpo.LogProbabilities;
import embedrl.embedrl.train.ResponseBatch.Example;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ResponseBatchTest {
    private static final Qwen3Vl MODEL = TinyStudy.MODELS.model(Seed.of(4));
    private static final LogProbabilities MEASURED = new LogProbabilities(MODEL, TinyStudy.EXECUTOR);

    @AfterAll
    static void close() {
        MEASURED.close();
    }

    /** Examples with a scene, a tile and a text alone, of many lengths; one has no response. */
    private static List<Example> mixed(int pairsOfEach) {
        List<Example> examples = new ArrayList<>();
        for (String family : List.of("qa", "grounding", "classification")) examples.addAll(TinyStudy.examples(TinyStudy.pairs(family, pairsOfEach)));
        examples.set(3, new Example(examples.get(3).prompt(), new int[0]));
        Collections.swap(examples, 0, examples.size() - 2);
        return examples;
    }

    private static ResponseBatch batch(List<Example> examples) {
        return ResponseBatch.of(examples, MODEL.config());
    }

    private static float[] of(ResponseBatch batch, float[] perSlot, int example, int length) {
        float[] values = new float[length];
        for (int t = 0; t < length; t++) values[t] = perSlot[batch.slot(example, t)];
        return values;
    }

    @Test
    void everyResponseTokenHasASlotOfItsOwn() {
        for (int pairs : new int[] {2, 3}) {
            List<Example> examples = mixed(pairs);
            ResponseBatch batch = batch(examples);
            assertThat(batch.layout().parts()).hasSize(pairs == 2 ? 1 : 2);
            assertThat(batch.layout().slots() % 128).isZero();
            assertThat(batch.targets()).hasSize(batch.layout().slots());
            boolean[] used = new boolean[batch.layout().slots()];
            for (int b = 0; b < examples.size(); b++)
                for (int t = 0; t < examples.get(b).response().length; t++) {
                    int slot = batch.slot(b, t);
                    assertThat(used[slot]).isFalse();
                    used[slot] = true;
                    assertThat(batch.targets()[slot]).isEqualTo(examples.get(b).response()[t]);
                }
            for (int slot = 0; slot < used.length; slot++) if (!used[slot]) assertThat(batch.targets()[slot]).isEqualTo(-1);
        }
    }

    /** Log-softmax of all states of a sequence alone, in double: the first response token is predicted by the last token of the prompt. */
    private static double[] oracle(Example example) {
        Sequence whole = example.prompt().append(example.response());
        SequenceLayout layout = SequenceLayout.of(List.of(whole), SequenceLayout.Rounding.EXACT);
        float[] logits;
        try (Program program = Program.builder().output("logits", MODEL.logits(MODEL.hidden(PackedInputs.of("", layout, MODEL.config())))).compile(TinyStudy.EXECUTOR)) {
            PackedBatch.of(List.of(whole), layout, MODEL.config()).setOn(program, "");
            program.run();
            logits = program.read("logits").floats();
        }
        int words = MODEL.config().text().vocabSize();
        double[] expected = new double[example.response().length];
        for (int t = 0; t < expected.length; t++) {
            int row = (example.prompt().length() - 1 + t) * words;
            double sum = 0;
            for (int v = 0; v < words; v++) sum += Math.exp(logits[row + v]);
            expected[t] = logits[row + example.response()[t]] - Math.log(sum);
        }
        return expected;
    }

    @Test
    void logProbabilitiesAreThoseOfTheStatesBeforeEachToken() {
        List<Example> examples = mixed(3);
        ResponseBatch batch = batch(examples);
        float[] values = MEASURED.of(batch);
        for (int b : new int[] {0, 1, 12}) {
            double[] expected = oracle(examples.get(b));
            float[] actual = of(batch, values, b, expected.length);
            assertThat(expected).isNotEmpty();
            for (int t = 0; t < expected.length; t++) assertThat((double) actual[t]).isCloseTo(expected[t], within(1e-4));
        }
    }

    @Test
    void anExampleDoesNotDependOnTheOthers() {
        List<Example> examples = mixed(3);
        ResponseBatch batch = batch(examples);
        float[] together = MEASURED.of(batch);
        for (int b = 0; b < examples.size(); b++) {
            ResponseBatch alone = batch(List.of(examples.get(b)));
            int length = examples.get(b).response().length;
            assertThat(of(batch, together, b, length)).containsExactly(of(alone, MEASURED.of(alone), 0, length), within(1e-4f));
        }
    }

    /** The same examples in reverse are divided into other parts of other slots, and are worth the same. */
    @Test
    void theOrderOfExamplesChangesNothing() {
        List<Example> examples = mixed(3);
        ResponseBatch batch = batch(examples);
        ResponseBatch reversed = batch(examples.reversed());
        float[] values = MEASURED.of(batch);
        float[] back = MEASURED.of(reversed);
        for (int b = 0; b < examples.size(); b++) {
            int length = examples.get(b).response().length;
            assertThat(of(batch, values, b, length)).containsExactly(of(reversed, back, examples.size() - 1 - b, length), within(1e-4f));
        }
    }

    @Test
    void unusedSlotsAreZero() {
        ResponseBatch batch = batch(mixed(3));
        float[] values = MEASURED.of(batch);
        int unused = 0;
        for (int slot = 0; slot < values.length; slot++) {
            if (batch.targets()[slot] < 0) {
                assertThat(values[slot]).isZero();
                unused++;
            } else {
                assertThat(values[slot]).isNegative();
            }
        }
        assertThat(unused).isPositive();
    }

    @Test
    void examplesWithoutAnyResponseAreAllowed() {
        ResponseBatch batch = batch(List.of(new Example(mixed(2).getFirst().prompt(), new int[0])));
        assertThat(batch.targets()).containsOnly(-1);
        for (float value : MEASURED.of(batch)) assertThat(value).isZero();
    }

    @Test
    void layoutsAreEqualForBatchesOfLikeSizes() {
        List<Example> examples = mixed(2);
        assertThat(batch(examples.subList(0, 8)).layout()).isEqualTo(batch(examples.subList(0, 8).reversed()).layout())
                .hasSameHashCodeAs(batch(examples.subList(0, 8).reversed()).layout());
    }

    /** Three responses to each prompt, of different lengths; with copies of the prompts nothing can be shared. */
    private static List<Example> several(List<Example> prompts, boolean copied) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++)
            for (int r = 0; r < 3; r++) {
                Sequence p = prompts.get(i).prompt();
                Sequence prompt = copied ? new Sequence(p.tokens().clone(), p.placeholder(), p.videoPlaceholder(), p.imagesEnd(), p.visuals()) : p;
                int[] response = prompts.get((i + r) % prompts.size()).response();
                examples.add(new Example(prompt, java.util.Arrays.copyOf(response, response.length - r)));
            }
        Collections.rotate(examples, 2);   // responses of a prompt need not stand together
        return examples;
    }

    @Test
    void responsesOfAPromptShareItsFirstTokens() {
        List<Example> prompts = TinyStudy.examples(TinyStudy.pairs("qa", 10));
        List<Example> examples = several(prompts, false);
        List<Example> apart = several(prompts, true);
        ResponseBatch batch = batch(examples);
        ResponseBatch alone = batch(apart);
        assertThat(batch.layout().parts()).hasSize(2).allMatch(part -> part.prefixes().tokens() >= 4 && part.prefixes().tokens() % 4 == 0);
        assertThat(batch.layout().parts()).anyMatch(part -> !part.prefixes().visuals().isEmpty());
        assertThat(alone.layout().parts()).allMatch(part -> part.prefixes().tokens() == 0);
        float[] values = MEASURED.of(batch);
        float[] expected = MEASURED.of(alone);
        for (int b = 0; b < examples.size(); b++) {
            int length = examples.get(b).response().length;
            assertThat(of(batch, values, b, length)).containsExactly(of(alone, expected, b, length), within(1e-4f));
        }
    }

    @Test
    void sharedTokensGetTheGradientsOfAllResponses() {
        List<Example> prompts = TinyStudy.examples(TinyStudy.pairs("qa", 2));
        ResponseBatch batch = batch(several(prompts, false));
        assertThat(batch.layout().parts()).allMatch(part -> part.prefixes().tokens() > 0);
        Map<String, float[]> shared = gradients(batch);
        Map<String, float[]> apart = gradients(batch(several(prompts, true)));
        assertThat(shared.keySet()).isEqualTo(apart.keySet()).hasSizeGreaterThan(20);
        shared.forEach((name, gradient) -> {
            float largest = 0;
            for (float g : apart.get(name)) largest = Math.max(largest, Math.abs(g));
            assertThat(gradient).as(name).containsExactly(apart.get(name), within(1e-4f * largest + 1e-6f));
        });
    }

    /** Of the sum of squared log-probabilities. */
    private static Map<String, float[]> gradients(ResponseBatch batch) {
        Map<String, Variable> parameters = MODEL.parameters();
        Tensor loss = ResponseBatch.Graph.of(MODEL, batch.layout()).logProbabilities().square().sum();
        List<Tensor> gradients = Gradients.of(loss, parameters.values().stream().map(Variable::tensor).toList());
        Program.Builder builder = Program.builder();
        List<String> names = List.copyOf(parameters.keySet());
        for (int i = 0; i < names.size(); i++) builder.output(names.get(i), gradients.get(i));
        Map<String, float[]> values = new LinkedHashMap<>();
        try (Program program = builder.compile(TinyStudy.EXECUTOR)) {
            batch.setOn(program);
            program.run();
            for (String name : names) values.put(name, program.read(name).floats());
        }
        return values;
    }
}
