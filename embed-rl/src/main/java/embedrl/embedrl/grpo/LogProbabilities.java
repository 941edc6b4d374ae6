package embedrl.embedrl.grpo;

import embedrl.embedrl.train.ResponseBatch;
import embedrl.models.decoder.LanguageModel;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Log-probabilities of given responses under a fixed model, such as the reference policy. No gradients. */
public final class LogProbabilities implements AutoCloseable {
    private final LanguageModel model;
    private final Executor executor;
    private final Map<ResponseBatch.Layout, Program> programs = new HashMap<>();

    public LogProbabilities(LanguageModel model, Executor executor) {
        this.model = model;
        this.executor = executor;
    }

    /** Per slot of the batch; 0 in unused slots. */
    public float[] of(ResponseBatch batch) {
        Program program = programs.computeIfAbsent(batch.layout(), layout -> Program.builder()
                .output("log_probabilities", ResponseBatch.Graph.of(model, layout).logProbabilities()).compile(executor));
        batch.setOn(program);
        program.run();
        float[] values = new float[batch.layout().slots()];
        program.read("log_probabilities", values);
        return values;
    }

    /** Mean over all response tokens of the batch. */
    public double mean(ResponseBatch batch) {
        double sum = 0;
        for (float value : of(batch)) sum += value;
        return sum / Arrays.stream(batch.targets()).filter(token -> token >= 0).count();
    }

    @Override
    public void close() {
        programs.values().forEach(Program::close);
    }
}
