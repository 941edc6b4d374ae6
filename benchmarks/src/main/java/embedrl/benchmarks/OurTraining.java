package embedrl.benchmarks;

import static embedrl.benchmarks.TrainingTask.BATCH;
import static embedrl.benchmarks.TrainingTask.STEP_TOKENS;
import static embedrl.benchmarks.TrainingTask.TOKENS;

import com.sun.management.ThreadMXBean;
import embedrl.nn.AdamW;
import embedrl.nn.Losses;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.HostExecutable;
import embedrl.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The training step on our engine: layers, {@link Training} and the executor cpu. */
final class OurTraining implements Side {
    private final boolean quick;
    private final Executor executor;
    private final TrainStep step;

    OurTraining(int threads, boolean quick) {
        this.quick = quick;
        executor = Executors.open("cpu", threads);
        Decoder decoder = TrainingTask.decoder();
        Tensor inputs = Tensor.input("inputs", DType.INT32, BATCH, TOKENS);
        Tensor targets = Tensor.input("targets", DType.INT32, BATCH, TOKENS);
        AdamW adamW = AdamW.with(TrainingTask.LEARNING_RATE).betas(TrainingTask.BETA_1, TrainingTask.BETA_2).epsilon(TrainingTask.EPSILON)
                .weightDecay(TrainingTask.WEIGHT_DECAY);
        step = Training.of(decoder.parameters(), adamW, executor).compile(Losses.crossEntropy(decoder.logits(inputs), targets));
        step.set("inputs", TrainingTask.inputs()).set("targets", TrainingTask.targets());
    }

    /** Makes one step; returns the loss before it. */
    float step() {
        return step.run().loss();
    }

    @Override
    public Map<String, Object> warm(String workload) {
        List<Float> losses = new ArrayList<>();
        for (int i = 0; i < (quick ? TrainingTask.COMPARED_STEPS : 12); i++) losses.add(step());
        long parameters = TrainingTask.decoder().parameters().values().stream().mapToLong(variable -> variable.shape().count()).sum();
        return Map.of("losses", losses.subList(0, TrainingTask.COMPARED_STEPS), "parameters", parameters);
    }

    @Override
    public Map<String, Object> round(String workload) {
        int steps = quick ? 1 : 4;
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) step();
        return Map.of("value", steps * STEP_TOKENS * 1e9 / (System.nanoTime() - start));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", executor.description(), "heapBytesPerStep", heapBytesPerStep(), "arenaBytes", step.program().plan().arenaBytes(),
                "explain", step.program().explain(), "profile", StepProfile.text((HostExecutable) step.program().executable(), quick ? 1 : 5));
    }

    /** Of all threads, in three windows one after another: boxed vectors of code that is not yet compiled, or never inlined, show as windows that differ. */
    private List<Long> heapBytesPerStep() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int steps = quick ? 1 : 4;
        List<Long> windows = new ArrayList<>();
        for (int window = 0; window < 3; window++) {
            long before = threads.getTotalThreadAllocatedBytes();
            for (int i = 0; i < steps; i++) step();
            windows.add((threads.getTotalThreadAllocatedBytes() - before) / steps);
        }
        return windows;
    }
}
