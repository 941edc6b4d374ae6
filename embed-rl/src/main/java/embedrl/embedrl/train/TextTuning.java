package embedrl.embedrl.train;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Losses;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Next-token training of a language model on windows of a text, each of the same number of tokens. What is trained, the whole model or adapters, is the
 * choice of the {@link Training}.
 */
public final class TextTuning implements AutoCloseable {
    private final LanguageModel model;
    private final SequenceLayout layout;
    private final TrainStep step;
    private final Program evaluation;

    /**
     * Compiles a step and an evaluation of batch windows of so many tokens.
     *
     * @param window tokens of each, at least 2
     */
    public TextTuning(LanguageModel model, Training training, Executor executor, int batch, int window) {
        if (batch < 1 || window < 2) throw new IllegalArgumentException("text tuning: needs a window at least, of 2 tokens or more, got " + batch + " of " + window);
        this.model = model;
        this.layout = new SequenceLayout(batch, window, List.of());
        Tensor loss = loss();
        step = training.compile(loss);
        evaluation = Program.builder().output("loss", loss).compile(executor);
    }

    private Tensor loss() {
        PackedInputs in = PackedInputs.of("", layout, model.config());
        return Losses.nextToken(model.logits(model.hidden(in)), Tensor.input("targets", DType.INT32, layout.batch(), layout.tokens()));
    }

    /** Cuts tokens into windows one after the other; what is left at the end is dropped. */
    public static List<int[]> windows(int[] tokens, int window) {
        List<int[]> windows = new ArrayList<>();
        for (int from = 0; from + window <= tokens.length; from += window) windows.add(Arrays.copyOfRange(tokens, from, from + window));
        return windows;
    }

    /** One optimizer step on windows, at most as many as the batch holds; the loss is that before the step, in nats per token. */
    public StepResult step(List<int[]> windows, float learningRate) {
        set(step.program(), windows);
        return step.run(learningRate);
    }

    /** Mean loss over windows in nats per token, without training. */
    public double loss(List<int[]> windows) {
        double sum = 0;
        for (int from = 0; from < windows.size(); from += layout.batch()) {
            List<int[]> part = windows.subList(from, Math.min(windows.size(), from + layout.batch()));
            set(evaluation, part);
            evaluation.run();
            sum += (double) evaluation.item("loss") * part.size();
        }
        return sum / windows.size();
    }

    private void set(Program program, List<int[]> windows) {
        PackedBatch.of(windows.stream().map(w -> new Sequence(w, -1, List.of())).toList(), layout, model.config()).setOn(program, "");
        int[] targets = new int[layout.batch() * layout.tokens()];
        Arrays.fill(targets, -1);
        for (int b = 0; b < windows.size(); b++) System.arraycopy(windows.get(b), 0, targets, b * layout.tokens(), windows.get(b).length);
        program.set("targets", targets);
    }

    @Override
    public void close() {
        step.close();
        evaluation.close();
    }
}
