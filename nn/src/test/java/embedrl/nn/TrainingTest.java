package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.nn.checkpoint.CheckpointFolder;
import embedrl.nn.checkpoint.TrainingState;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class TrainingTest {
    private static final TrainingState RUN = new TrainingState(0, 42, Map.of("dropout", 7L), Map.of("scenes", 12L), JsonNodeFactory.instance.objectNode().put("name", "tiny"));
    private static final AdamW OPTIMIZER = AdamW.with(0.01f).weightDecay(0.01f).clip(1);

    private static SwiGlu model() {
        return new SwiGlu(8, 24, Seed.of(5));
    }

    private static Tensor loss(SwiGlu model, int rows) {
        return model.forward(Tensor.input("x", DType.FLOAT32, rows, 8)).sub(1).square().mean();
    }

    private static float[] batch(int step, int rows) {
        return Tensor.normal(Shape.of(rows, 8), Seed.of(100 + step)).eval().floats();
    }

    private static void train(Training training, TrainStep step, int steps) {
        for (int i = 0; i < steps; i++) step.set("x", batch((int) training.steps(), 6)).run();
    }

    // Resuming

    @Test
    void twoStepsAndTwoStepsAreFourStepsBitForBit(@TempDir Path folder) throws Exception {
        var whole = model();
        try (Training training = Training.of(whole.parameters(), OPTIMIZER, Executors.standard()); TrainStep step = training.compile(loss(whole, 6))) {
            train(training, step, 4);
        }
        var checkpoint = new CheckpointFolder(folder.resolve("checkpoint"));
        var first = model();
        try (Training training = Training.of(first.parameters(), OPTIMIZER, Executors.standard()); TrainStep step = training.compile(loss(first, 6))) {
            train(training, step, 2);
            training.save(checkpoint, RUN);
        }
        var second = new SwiGlu(8, 24, Seed.of(6));
        try (Training training = Training.of(second.parameters(), OPTIMIZER, Executors.standard()); TrainStep step = training.compile(loss(second, 6))) {
            step.set("x", batch(99, 6)).run();
            TrainingState state = training.restore(checkpoint);
            assertThat(state.step()).isEqualTo(2);
            assertThat(state.seed()).isEqualTo(42);
            assertThat(state.counters()).containsEntry("dropout", 7L);
            assertThat(state.config().get("name").asString()).isEqualTo("tiny");
            assertThat(training.steps()).isEqualTo(2);
            train(training, step, 2);
        }
        assertThat(second.checksum()).isEqualTo(whole.checksum()).isNotEqualTo(first.checksum());
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        assertThat(trainedOn(1)).isEqualTo(trainedOn(2)).isEqualTo(trainedOn(3));
    }

    private static String trainedOn(int threads) {
        String device = Executors.standard().name();
        var model = new SwiGlu(8, 200, Seed.of(5));
        try (Executor executor = Executors.open(device, threads);
             Training training = Training.of(model.parameters(), OPTIMIZER, executor); TrainStep step = training.compile(loss(model, 6))) {
            train(training, step, 2);
        }
        return model.checksum();
    }

    @Test
    void aCheckpointOfOtherParametersIsRefusedAndNothingChanges() {
        var linear = new Linear(8, 8, true, Seed.of(1));
        var model = model();
        try (Training other = Training.of(linear.parameters(), OPTIMIZER, Executors.standard());
             Training training = Training.of(model.parameters(), OPTIMIZER, Executors.standard())) {
            String before = model.checksum();
            assertThatThrownBy(() -> training.restore(other.checkpoint(RUN))).isInstanceOf(TensorException.class)
                    .hasMessageContaining("missing     gate_proj.weight.m").hasMessageContaining("unexpected  bias.v");
            assertThat(model.checksum()).isEqualTo(before);
        }
    }

    // Several programs over one state

    @Test
    void programsOfOtherBatchShapesShareTheState() {
        var model = model();
        try (Training training = Training.of(model.parameters(), OPTIMIZER, Executors.standard());
             TrainStep small = training.compile(loss(model, 2)); TrainStep large = training.compile(loss(model, 6))) {
            small.set("x", batch(1, 2)).run();
            large.set("x", batch(2, 6)).run();
            small.set("x", batch(3, 2)).run();
            assertThat(training.steps()).isEqualTo(3);
            assertThat(training.checkpoint(RUN).state().step()).isEqualTo(3);
        }
    }

    @Test
    void parametersThatTheLossDoesNotReachStayAsTheyAre() {
        Variable used = Variable.of("used", HostTensor.of(Shape.of(1), 1));
        Variable idle = Variable.of("idle", HostTensor.of(Shape.of(1), 1));
        Tensor loss = used.tensor().square().sum();
        try (Training training = Training.of(Map.of("used", used, "idle", idle), AdamW.with(0.1f).weightDecay(0.5f), Executors.standard());
             TrainStep step = training.compile(loss)) {
            step.run();
            assertThat(used.value().item()).isLessThan(1);
            assertThat(idle.value().item()).isEqualTo(1);
        }
        try (Training training = Training.of(Map.of("idle", idle), OPTIMIZER, Executors.standard())) {
            assertThatThrownBy(() -> training.compile(loss)).hasMessageContaining("depends on none of the 1 parameters, such as 'idle'");
        }
    }

    // Accumulation

    @Test
    void accumulatedPartsMakeTheStepOfTheWhole() {
        var whole = model();
        var parts = model();
        try (Training one = Training.of(whole.parameters(), OPTIMIZER, Executors.standard()); TrainStep step = one.compile(loss(whole, 6));
             Training many = Training.of(parts.parameters(), OPTIMIZER, Executors.standard()); AccumulateStep part = many.compileAccumulate(loss(parts, 2))) {
            for (int t = 0; t < 3; t++) {
                float[] x = batch(t, 6);
                StepResult result = step.set("x", x).run();
                float sum = 0;
                for (int i = 0; i < 3; i++) sum += part.set("x", java.util.Arrays.copyOfRange(x, i * 16, (i + 1) * 16)).run(1 / 3f).loss();
                assertThat(sum / 3).isCloseTo(result.loss(), within(1e-5f));
                assertThat(many.apply(OPTIMIZER.learningRate())).isCloseTo(result.gradientNorm(), within(1e-5f));
            }
            whole.parameters().forEach((name, variable) ->
                    assertThat(parts.parameters().get(name).value().floats()).containsExactly(variable.value().floats(), within(1e-4f)));
            assertThat(many.steps()).isEqualTo(3);
        }
    }

    @Test
    void anApplyNeedsGradientsAndACheckpointNone() {
        var model = model();
        try (Training training = Training.of(model.parameters(), OPTIMIZER, Executors.standard()); AccumulateStep part = training.compileAccumulate(loss(model, 2))) {
            assertThatThrownBy(() -> training.apply(0.1f)).hasMessageContaining("run an accumulating step first");
            var before = training.checkpoint(RUN);
            part.set("x", batch(1, 2)).run(1);
            assertThatThrownBy(() -> training.checkpoint(RUN)).hasMessageContaining("1 accumulated passes are not applied");
            training.restore(before);
            assertThatThrownBy(() -> training.apply(0.1f)).hasMessageContaining("run an accumulating step first");
            part.set("x", new float[16]).run(1);
            assertThat(training.apply(0.1f)).as("a restore forgets what was accumulated").isZero();
        }
    }

    // Misuse

    @Test
    void aNonFiniteGradientIsAnError() {
        var model = model();
        try (Training training = Training.of(model.parameters(), OPTIMIZER, Executors.standard()); TrainStep step = training.compile(loss(model, 2))) {
            float[] x = batch(1, 2);
            x[3] = Float.NaN;
            step.set("x", x);
            assertThatThrownBy(step::run).isInstanceOf(TensorException.class).hasMessageContaining("gradient norm of step 1 is NaN");
        }
    }

    @Test
    void mistakesAreNamed() {
        var model = model();
        assertThatThrownBy(() -> Training.of(Map.of(), OPTIMIZER, Executors.standard())).hasMessageContaining("at least one parameter");
        Variable ids = Variable.of("ids", HostTensor.ofInts(Shape.of(1), 1));
        assertThatThrownBy(() -> Training.of(Map.of("ids", ids), OPTIMIZER, Executors.standard())).hasMessageContaining("'ids' is INT32[1]");
        try (Training training = Training.of(model.parameters(), OPTIMIZER, Executors.standard())) {
            Tensor loss = loss(model, 2);
            assertThatThrownBy(() -> training.compile(loss, Map.of("loss", loss))).hasMessageContaining("cannot be named 'loss'");
            assertThatThrownBy(() -> training.compile(model.forward(Tensor.zeros(Shape.of(2, 8))))).hasMessageContaining("scalar");
        }
    }
}
