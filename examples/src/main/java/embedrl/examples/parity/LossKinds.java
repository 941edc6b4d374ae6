package embedrl.examples.parity;

import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.nn.AdamW;
import embedrl.nn.GradientCache;
import embedrl.nn.Losses;
import embedrl.nn.Schedule;
import embedrl.nn.Sgd;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Cases of losses and of the optimizer. */
final class LossKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "infonce_symmetric", LossKinds::infoNce,
            "cross_entropy", LossKinds::crossEntropy,
            "grpo_policy_loss", LossKinds::policyLoss,
            "adamw", LossKinds::adamW);

    private LossKinds() {
    }

    /** The loss of the whole batch at once, then of the same batch in chunks. */
    private static List<Check> infoNce(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        float scale = (float) parameters.number("scale");
        int chunk = parameters.integer("chunk");
        parameters.finish();
        var tensors = new TensorCase(file);
        Tensor q = tensors.floats("q");
        Tensor t = tensors.floats("t");
        Tensor queries = q.l2Normalize();
        Tensor targets = t.l2Normalize();
        Tensor loss = Losses.infoNce(queries, targets, scale);
        tensors.expect("loss", loss).expect("similarity", queries.matmulTransposed(targets)).gradients(loss, Map.of("q", q, "t", t));
        var checks = new ArrayList<>(tensors.run(device));
        checks.addAll(cached(file, device, scale, chunk));
        return checks;
    }

    /**
     * Gradient caching over vectors that are the case's plus a parameter of zeros: one step of plain descent at rate 1 leaves minus the gradient in the
     * parameter, exactly.
     */
    private static List<Check> cached(CaseFile file, Executor device, float scale, int chunk) {
        int[] shape = file.shape("input.q");
        int rows = shape[0];
        int width = shape[1];
        float[] values = joined(file.floats("input.q"), file.floats("input.t"));
        Variable moved = Variable.zeros("moved", TensorType.float32(2 * rows, width));
        try (Training training = Training.of(Map.of("moved", moved), Sgd.with(1), device);
             var cache = new GradientCache(training, 2 * rows, width, all -> Losses.infoNce(all.slice(0, 0, rows), all.slice(0, rows, 2 * rows), scale))) {
            var chunks = new ArrayList<GradientCache.Chunk>();
            for (int start = 0; start < 2 * rows; start += chunk) {
                int end = Math.min(2 * rows, start + chunk);
                Tensor vectors = Tensor.input("vectors", DType.FLOAT32, end - start, width).add(moved.tensor().slice(0, start, end));
                float[] part = Arrays.copyOfRange(values, start * width, end * width);
                chunks.add(new GradientCache.Chunk(cache.encoder(vectors.l2Normalize()), program -> program.set("vectors", part)));
            }
            StepResult result = cache.step(chunks, 1);
            chunks.forEach(used -> used.encoder().close());
            float[] gradient = negated(moved.value().floats());
            return List.of(file.compare("expected.loss", new float[] {result.loss()}),
                    file.compare("grad.q", Arrays.copyOfRange(gradient, 0, rows * width)),
                    file.compare("grad.t", Arrays.copyOfRange(gradient, rows * width, 2 * rows * width)));
        }
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static float[] negated(float[] values) {
        float[] negated = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = -values[i];
        }
        return negated;
    }

    private static List<Check> crossEntropy(CaseFile file, Executor device) {
        file.parameters().finish();
        var tensors = new TensorCase(file);
        Tensor logits = tensors.floats("logits");
        Tensor loss = Losses.crossEntropy(logits, tensors.ints("targets"));
        return tensors.expect("loss", loss).expect("entropy", Losses.entropy(logits)).gradients(loss, Map.of("logits", logits)).run(device);
    }

    private static List<Check> policyLoss(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        var config = new GrpoLoss.Config((float) parameters.number("clip"), (float) parameters.number("dual_clip"), (float) parameters.number("kl_coefficient"));
        parameters.finish();
        var tensors = new TensorCase(file);
        Tensor logits = tensors.floats("logits");
        Tensor logProbabilities = Losses.logProbabilities(logits, tensors.ints("tokens"));   // [N, T]
        int rows = logits.size(0);
        int length = logits.size(1);
        float[] steps = new float[length];
        for (int i = 0; i < length; i++) {
            steps[i] = i;
        }
        Tensor valid = Tensor.of(Shape.of(1, length), steps).less(tensors.ints("lengths").cast(DType.FLOAT32).reshape(rows, 1));   // [N, T]
        Tensor advantages = tensors.floats("advantages").reshape(rows, 1).broadcastTo(valid.shape());
        GrpoLoss grpo = GrpoLoss.of(logProbabilities, tensors.floats("old_log_probs"), tensors.floats("reference_log_probs"), advantages, valid, config);
        tensors.expect("log_probs", logProbabilities).expect("loss", grpo.loss()).expect("policy_loss", grpo.policyLoss()).expect("kl", grpo.kl())
                .expect("clip_fraction", grpo.clipFraction()).expect("mean_ratio", grpo.meanRatio());
        return tensors.gradients(grpo.loss(), Map.of("logits", logits, "log_probs", logProbabilities)).run(device);
    }

    /** Training on the loss Σ p · g, whose gradient is the case's g. */
    private static List<Check> adamW(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        var optimizer = new AdamW(0, (float) parameters.number("beta1"), (float) parameters.number("beta2"), (float) parameters.number("epsilon"),
                (float) parameters.number("weight_decay"), (float) parameters.number("max_gradient_norm"));
        Schedule schedule = Schedule.warmupCosine((float) parameters.number("peak_learning_rate"), parameters.integer("warmup_steps"),
                parameters.integer("total_steps"));
        int steps = parameters.integer("steps");
        parameters.text("clip_rule");   // says what AdamW.clip does
        parameters.finish();
        var tensors = new TensorCase(file);
        Map<String, Variable> trained = new LinkedHashMap<>();
        for (int i = 0; file.has("input.p" + i); i++) {
            trained.put("p" + i, Variable.of("p" + i, tensors.values("p" + i)));
        }
        Tensor loss = IntStream.range(0, trained.size()).mapToObj(i -> {
            Tensor p = trained.get("p" + i).tensor();
            return p.mul(Tensor.input("g" + i, DType.FLOAT32, p.shape().sizes())).sum();
        }).reduce(Tensor::add).orElseThrow(() -> new IllegalArgumentException("the case has no parameter p0"));
        var checks = new ArrayList<Check>();
        float[] rates = new float[steps];
        float[] norms = new float[steps];
        try (Training training = Training.of(trained, optimizer, device); TrainStep step = training.compile(loss)) {
            for (int s = 0; s < steps; s++) {
                for (int i = 0; i < trained.size(); i++) {
                    step.set("g" + i, file.floats("input.g" + s + "_" + i));
                }
                rates[s] = schedule.at(training.steps() + 1);
                norms[s] = step.run(rates[s]).gradientNorm();
                for (String name : trained.keySet()) {
                    String expected = "expected." + name + "_after_" + (s + 1);
                    if (file.has(expected)) {
                        checks.add(file.compare(expected, trained.get(name).value().floats()));
                    }
                }
            }
        }
        checks.add(file.compare("expected.learning_rate", rates));
        checks.add(file.compare("expected.gradient_norm", norms));
        return checks;
    }
}
