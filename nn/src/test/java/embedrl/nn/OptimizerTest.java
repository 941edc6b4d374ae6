package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    /** A loss Σ p·g whose gradient is g: lets recorded gradients drive the training loop. */
    private static void follow(String name, AdamW optimizer, Schedule schedule, int steps, int... compared) throws Exception {
        Golden golden = Golden.read(name);
        Map<String, Variable> parameters = new LinkedHashMap<>();
        Tensor loss = Tensor.scalar(0);
        for (int i = 0; i < (name.equals("adamw_a") ? 2 : 1); i++) {
            Variable p = Variable.of("p" + i, golden.get("input.p" + i));
            parameters.put("p" + i, p);
            loss = loss.add(p.tensor().mul(Tensor.input("g" + i, DType.FLOAT32, p.shape().sizes())).sum());
        }
        try (Training training = Training.of(parameters, optimizer, Executors.standard()); TrainStep step = training.compile(loss)) {
            for (int t = 1; t <= steps; t++) {
                for (int i = 0; i < parameters.size(); i++) step.set("g" + i, golden.floats("input.g" + (t - 1) + "_" + i));
                float rate = schedule.at(t);
                assertThat(rate).isCloseTo(golden.floats("expected.learning_rate")[t - 1], within(1e-8f));
                float norm = golden.floats("expected.gradient_norm")[t - 1];
                assertThat(step.run(rate).gradientNorm()).isCloseTo(norm, within(1e-5f * norm));
                for (int at : compared)
                    if (t == at)
                        for (String p : parameters.keySet())
                            assertThat(Golden.relativeMaximum(parameters.get(p).value().floats(), golden.floats("expected." + p + "_after_" + t))).isLessThan(1e-5);
            }
        }
    }

    @Test
    void adamWWithClippingAndDecayFollowsTheReference() throws Exception {
        follow("adamw_a", AdamW.with(0.01f).weightDecay(0.01f).clip(1), Schedule.warmupCosine(0.01f, 4, 20), 10, 1, 6, 10);
    }

    @Test
    void adamWWithoutClippingFollowsTheReference() throws Exception {
        follow("adamw_b", AdamW.with(0.003f), Schedule.warmupCosine(0.003f, 2, 30), 8, 1, 5, 8);
    }

    @Test
    void momentumSumsUpDirections() {
        Variable p = Variable.of("p", HostTensor.of(Shape.of(2), 1, -1));
        Tensor loss = p.tensor().mul(Tensor.input("g", DType.FLOAT32, 2)).sum();
        try (Training training = Training.of(Map.of("p", p), Sgd.with(0.5f).momentum(0.5f), Executors.standard()); TrainStep step = training.compile(loss)) {
            step.set("g", new float[] {2, 4}).run();
            assertThat(p.value().floats()).containsExactly(0, -3);
            step.set("g", new float[] {1, 0}).run();           // direction 2, 2
            assertThat(p.value().floats()).containsExactly(-1, -4);
            step.set("g", new float[] {0, 0}).run(1);          // direction 1, 1
            assertThat(p.value().floats()).containsExactly(-2, -5);
        }
    }

    @Test
    void clippingScalesTheGlobalNorm() {
        Variable p = Variable.of("p", HostTensor.of(Shape.of(1), 0));
        Variable q = Variable.of("q", HostTensor.of(Shape.of(1), 0));
        Tensor loss = p.tensor().mul(3).sum().add(q.tensor().mul(4).sum());
        try (Training training = Training.of(Map.of("p", p, "q", q), Sgd.with(1).clip(2), Executors.standard()); TrainStep step = training.compile(loss)) {
            assertThat(step.run().gradientNorm()).isEqualTo(5);
            assertThat(p.value().item()).isCloseTo(-1.2f, within(1e-6f));
            assertThat(q.value().item()).isCloseTo(-1.6f, within(1e-6f));
        }
    }

    @Test
    void schedulesRiseAndFall() {
        Schedule cosine = Schedule.warmupCosine(1e-4f, 10, 110);
        assertThat(cosine.at(1)).isCloseTo(1e-5f, within(1e-11f));
        assertThat(cosine.at(10)).isEqualTo(1e-4f);
        assertThat(cosine.at(60)).isCloseTo(5e-5f, within(1e-11f));
        assertThat(cosine.at(110)).isZero();
        assertThat(cosine.at(500)).isZero();
        assertThat(Schedule.warmupCosine(1, 0, 2).at(1)).isCloseTo(0.5f, within(1e-7f));
        assertThat(Schedule.warmup(2, 4).at(3)).isEqualTo(1.5f);
        assertThat(Schedule.warmup(2, 4).at(9)).isEqualTo(2);
        assertThat(Schedule.constant(3).at(77)).isEqualTo(3);
        assertThatThrownBy(() -> Schedule.warmupCosine(1, 5, 5)).hasMessageContaining("got 5 and 5");
    }

    @Test
    void settingsOutOfRangeAreErrors() {
        assertThatThrownBy(() -> AdamW.with(-1)).hasMessageContaining("learning rate");
        assertThatThrownBy(() -> AdamW.with(1).betas(0.9f, 1)).hasMessageContaining("betas in [0, 1)");
        assertThatThrownBy(() -> AdamW.with(1).epsilon(0)).hasMessageContaining("epsilon > 0");
        assertThatThrownBy(() -> Sgd.with(1).momentum(1)).hasMessageContaining("momentum in [0, 1)");
        assertThatThrownBy(() -> Sgd.with(Float.NaN)).hasMessageContaining("learning rate");
    }
}
