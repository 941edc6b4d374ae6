package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.LanguageModels;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.nn.KvCache;
import embedrl.tensor.DType;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second turn computed in one run over a cache, against token by token and against everything computed again. */
class FurtherTurnTest {
    private static final int FIRST = 5;
    private static final int LENGTH = 12;
    private static final int[] TOKENS = {5, 17, 200, 3, 9, 40, 41, 7, 120, 11, 2, 60};

    private static List<Sequence> first(int count) {
        return List.of(new Sequence(Arrays.copyOf(TOKENS, count), -1, List.of()));
    }

    private static Program program(LanguageModel model, int tokens, KvCache cache, boolean further) {
        PackedInputs in = PackedInputs.of("", new SequenceLayout(1, tokens, List.of()), model.config());
        Tensor starts = Tensor.input("starts", DType.INT32, 1);
        Tensor hidden = further ? model.continued(in, cache, starts) : model.hidden(in, cache, starts);
        Program.Builder builder = Program.builder().output("logits", model.logits(hidden));
        cache.updates().forEach(builder::update);
        return builder.compile(GoldenModel.executor());
    }

    /** Logits of the tokens from start on. */
    private static float[] run(LanguageModel model, Program program, int start, int end, int width, int counted) {
        PackedBatch.of(first(end), start, new SequenceLayout(1, width, List.of()), model.config()).setOn(program, "");
        program.set("lengths", new int[] {counted}).set("starts", new int[] {start}).run();
        return Arrays.copyOf(program.read("logits").floats(), (end - start) * model.config().vocabSize());
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3-a", "qwen3vl-a"})
    void oneRunEqualsStepsAndAFreshPass(String checkpoint) throws IOException, URISyntaxException {
        LanguageModel model = checkpoint.startsWith("qwen3vl") ? GoldenModel.load(checkpoint) : LanguageModels.load(GoldenModel.folder(checkpoint));
        int vocabulary = model.config().vocabSize();
        float[] fresh;
        float[] steps = new float[(LENGTH - FIRST) * vocabulary];
        float[] further;
        KvCache whole = model.cache(1, LENGTH + 4);
        try (Program all = program(model, LENGTH, whole, false)) {
            fresh = Arrays.copyOfRange(run(model, all, 0, LENGTH, LENGTH, LENGTH), FIRST * vocabulary, LENGTH * vocabulary);
        }
        KvCache cache = model.cache(1, LENGTH + 4);
        int width = LENGTH - FIRST + 2;   // two places of padding
        try (Program prefill = program(model, FIRST, cache, false); Program step = program(model, 1, cache, false); Program turn = program(model, width, cache, true)) {
            run(model, prefill, 0, FIRST, FIRST, FIRST);
            for (int t = FIRST; t < LENGTH; t++)
                System.arraycopy(run(model, step, t, t + 1, 1, t + 1), 0, steps, (t - FIRST) * vocabulary, vocabulary);
            further = run(model, turn, FIRST, LENGTH, width, LENGTH - FIRST);
        }
        for (int i = 0; i < further.length; i++) {
            assertThat(further[i]).as("against a fresh pass, %d", i).isCloseTo(fresh[i], within(2e-4f));
            assertThat(further[i]).as("against steps, %d", i).isCloseTo(steps[i], within(2e-4f));
        }
        int counted = LENGTH * model.config().numKeyValueHeads() * model.config().headDim();
        assertThat(Arrays.copyOf(cache.keys(1).floats(), counted)).usingComparatorWithPrecision(1e-4f).containsExactly(Arrays.copyOf(whole.keys(1).floats(), counted));
    }
}
