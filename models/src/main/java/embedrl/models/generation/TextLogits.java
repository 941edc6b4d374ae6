package embedrl.models.generation;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Losses;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a language model predicts at each token of one text: hidden states in one pass, then logits or log-likelihoods a few rows at a time, so that a long
 * text with a large vocabulary needs little memory.
 */
public final class TextLogits {
    private static final int ROWS = 32;
    private static final int NO_PLACEHOLDER = -1;

    private final LanguageModel model;
    private final Executor executor;
    private final int[] tokens;
    private final float[] hidden;   // [T, D]

    /** Computes the hidden states of a text of at least one token. */
    public TextLogits(LanguageModel model, Executor executor, int[] tokens) {
        if (tokens.length == 0) throw new IllegalArgumentException("text logits: a text must have at least one token");
        this.model = model;
        this.executor = executor;
        this.tokens = tokens.clone();
        List<Sequence> text = List.of(new Sequence(tokens, NO_PLACEHOLDER, List.of()));
        SequenceLayout layout = SequenceLayout.of(text, SequenceLayout.Rounding.EXACT);
        Tensor states = model.hidden(PackedInputs.of("", layout, model.config()));
        try (Program program = Program.builder().output("hidden", states).compile(executor)) {
            PackedBatch.of(text, layout, model.config()).setOn(program, "");
            program.run();
            hidden = program.read("hidden").floats();
        }
    }

    /** Logits [to − from, V] that follow the tokens from (inclusive) to (exclusive). */
    public float[] logits(int from, int to) {
        int width = model.config().hiddenSize();
        Tensor states = Tensor.input("hidden", DType.FLOAT32, to - from, width);
        try (Program program = Program.builder().output("logits", model.logits(states)).compile(executor)) {
            program.set("hidden", Arrays.copyOfRange(hidden, from * width, to * width)).run();
            return program.read("logits").floats();
        }
    }

    /** −log p of tokens 1, 2, … given those before, in nats: [T − 1]. */
    public float[] negativeLogLikelihoods() {
        int width = model.config().hiddenSize();
        Tensor states = Tensor.input("hidden", DType.FLOAT32, ROWS, width);
        Tensor targets = Tensor.input("targets", DType.INT32, ROWS);
        float[] values = new float[tokens.length - 1];
        try (Program program = Program.builder().output("log", Losses.logProbabilities(model.logits(states), targets)).compile(executor)) {
            for (int from = 0; from < values.length; from += ROWS) {
                int rows = Math.min(ROWS, values.length - from);
                int[] next = new int[ROWS];
                Arrays.fill(next, -1);
                System.arraycopy(tokens, from + 1, next, 0, rows);
                float[] part = Arrays.copyOf(Arrays.copyOfRange(hidden, from * width, (from + rows) * width), ROWS * width);
                program.set("hidden", part).set("targets", next).run();
                float[] log = program.read("log").floats();
                for (int i = 0; i < rows; i++) values[from + i] = -log[i];
            }
        }
        return values;
    }

    /** exp of the mean of −log p over tokens 1, 2, …; a text has two tokens at least. */
    public double perplexity() {
        if (tokens.length < 2) throw new IllegalArgumentException("perplexity: a text must have at least two tokens, got " + tokens.length);
        float[] values = negativeLogLikelihoods();
        double sum = 0;
        for (float value : values) sum += value;
        return Math.exp(sum / values.length);
    }
}
