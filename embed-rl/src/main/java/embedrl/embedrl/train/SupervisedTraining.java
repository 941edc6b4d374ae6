package embedrl.embedrl.train;

import embedrl.models.decoder.LanguageModel;
import embedrl.nn.Losses;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Supervised training of a Reasoner on prompts with written completions: the warm-up that a small model needs before it can be sampled. The loss is the
 * weighted mean cross-entropy of the response tokens.
 */
public final class SupervisedTraining implements AutoCloseable {
    private final LanguageModel model;
    private final Training training;
    private final IntToDoubleFunction weight;
    private final Map<ResponseBatch.Layout, TrainStep> steps = new HashMap<>();

    /** weight: of a target token in the loss. */
    public SupervisedTraining(LanguageModel model, Training training, IntToDoubleFunction weight) {
        this.model = model;
        this.training = training;
        this.weight = weight;
    }

    public StepResult step(List<ResponseBatch.Example> examples, float learningRate) {
        ResponseBatch batch = ResponseBatch.of(examples, model.config());
        TrainStep step = steps.computeIfAbsent(batch.layout(), this::compile);
        batch.setOn(step.program());
        float[] weights = new float[batch.layout().slots()];
        for (int i = 0; i < weights.length; i++) weights[i] = batch.targets()[i] < 0 ? 0 : (float) weight.applyAsDouble(batch.targets()[i]);
        return step.set("weights", weights).run(learningRate);
    }

    private TrainStep compile(ResponseBatch.Layout layout) {
        ResponseBatch.Graph graph = ResponseBatch.Graph.of(model, layout);
        Tensor weights = Tensor.input("weights", DType.FLOAT32, layout.slots());
        return training.compile(Losses.crossEntropy(graph.logits(), graph.targets(), weights));
    }

    @Override
    public void close() {
        steps.values().forEach(TrainStep::close);
    }
}
