package embedrl.benchmarks;

import static embedrl.benchmarks.TrainingTask.BATCH;
import static embedrl.benchmarks.TrainingTask.STEP_TOKENS;
import static embedrl.benchmarks.TrainingTask.TOKENS;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The training step in PyTorch: eager operations, its own gradients, AdamW as torch.optim computes it. Gradients are fresh each step (set_to_none). */
final class TorchTraining implements Side {
    private final boolean quick;
    private final Torch torch;
    private final TorchDecoder decoder;
    private final TorchAdamW adamW;
    private final NDArray inputs;
    private final NDArray targets;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> m = new LinkedHashMap<>();
    private final Map<String, NDArray> v = new LinkedHashMap<>();
    private int steps;

    TorchTraining(Torch torch, boolean quick) {
        this.torch = torch;
        this.quick = quick;
        decoder = new TorchDecoder(torch);
        adamW = new TorchAdamW(torch);
        inputs = ids(TrainingTask.inputs(), BATCH, TOKENS);
        targets = ids(TrainingTask.targets(), STEP_TOKENS, 1);
        TrainingTask.decoder().parameters().forEach((name, variable) -> {
            Shape shape = new Shape(Arrays.stream(variable.shape().sizes()).asLongStream().toArray());
            parameters.put(name, torch.manager().create(variable.value().floats(), shape));
            m.put(name, torch.manager().zeros(shape));
            v.put(name, torch.manager().zeros(shape));
        });
    }

    private NDArray ids(int[] values, long... shape) {
        return torch.manager().create(Arrays.stream(values).asLongStream().toArray(), new Shape(shape));
    }

    /** Makes one step; returns the loss before it. */
    float step() {
        steps++;
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Map<String, NDArray> leaves = new LinkedHashMap<>();
            float loss;
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                parameters.forEach((name, parameter) -> {
                    NDArray leaf = parameter.stopGradient();   // the same memory with a gradient of its own, which goes when the leaf does
                    leaf.setRequiresGradient(true);
                    leaves.put(name, leaf);
                });
                NDArray logits = decoder.logits(leaves, inputs);
                NDArray nll = logits.reshape(STEP_TOKENS, TrainingTask.VOCABULARY).logSoftmax(-1).gather(targets, 1).mean().neg();
                collector.backward(nll);
                loss = nll.toFloatArray()[0];
            }
            leaves.forEach((name, leaf) -> adamW.update(parameters.get(name), leaf.getGradient(), m.get(name), v.get(name), steps));
            return loss;
        }
    }

    @Override
    public Map<String, Object> warm(String workload) {
        List<Float> losses = new ArrayList<>();
        for (int i = 0; i < (quick ? TrainingTask.COMPARED_STEPS : 6); i++) losses.add(step());
        return Map.of("losses", losses.subList(0, TrainingTask.COMPARED_STEPS));
    }

    @Override
    public Map<String, Object> round(String workload) {
        int count = quick ? 1 : 4;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) step();
        return Map.of("value", count * STEP_TOKENS * 1e9 / (System.nanoTime() - start));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", torch.name());
    }
}
