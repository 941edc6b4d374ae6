package embedrl.embedrl.grpo;

import embedrl.embedrl.train.ResponseBatch;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.decoder.LanguageModel;
import embedrl.nn.Losses;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One optimizer step of the policy on sampled completions with advantages. Embed-RL, policy loss. */
public final class PolicyUpdate implements AutoCloseable {
    /** A completion and the advantage that all of its tokens share. */
    public record Scored(Rollout rollout, double advantage) {
    }

    private final LanguageModel policy;
    private final LogProbabilities reference;
    private final Training training;
    private final GrpoLoss.Config config;
    private final Map<ResponseBatch.Layout, TrainStep> steps = new HashMap<>();

    /** reference: the frozen policy that the KL penalty measures from. */
    public PolicyUpdate(LanguageModel policy, LanguageModel reference, Training training, GrpoLoss.Config config, Executor executor) {
        this.policy = policy;
        this.reference = new LogProbabilities(reference, executor);
        this.training = training;
        this.config = config;
    }

    /** Metrics: policy_loss, kl, clip_fraction, mean_ratio, entropy. Completions without tokens are an error. */
    public StepResult step(List<Scored> scored, float learningRate) {
        ResponseBatch batch = ResponseBatch.of(scored.stream().map(s -> ResponseBatch.Example.of(s.rollout())).toList(), policy.config());
        float[] old = new float[batch.layout().slots()];
        float[] advantages = new float[old.length];
        float[] valid = new float[old.length];
        for (int b = 0; b < scored.size(); b++) {
            float[] sampled = scored.get(b).rollout().generation().logProbabilities();
            if (sampled.length == 0) throw new IllegalArgumentException("policy update: completion " + b + " has no tokens");
            for (int r = 0; r < sampled.length; r++) {
                int slot = batch.slot(b, r);
                old[slot] = sampled[r];
                advantages[slot] = (float) scored.get(b).advantage();
                valid[slot] = 1;
            }
        }
        TrainStep step = steps.computeIfAbsent(batch.layout(), this::compile);
        batch.setOn(step.program());
        return step.set("old", old).set("reference", reference.of(batch)).set("advantages", advantages).set("valid", valid).run(learningRate);
    }

    private TrainStep compile(ResponseBatch.Layout layout) {
        ResponseBatch.Graph graph = ResponseBatch.Graph.of(policy, layout);
        Tensor valid = input("valid", layout);
        GrpoLoss loss = GrpoLoss.of(graph.logProbabilities(), input("old", layout), input("reference", layout), input("advantages", layout), valid, config);
        Map<String, Tensor> metrics = new LinkedHashMap<>();
        metrics.put("policy_loss", loss.policyLoss());
        metrics.put("kl", loss.kl());
        metrics.put("clip_fraction", loss.clipFraction());
        metrics.put("mean_ratio", loss.meanRatio());
        metrics.put("entropy", Losses.entropy(graph.logits()).mul(valid).sum().div(valid.sum()));
        return training.compile(loss.loss(), metrics);
    }

    private static Tensor input(String name, ResponseBatch.Layout layout) {
        return Tensor.input(name, DType.FLOAT32, layout.slots());
    }

    @Override
    public void close() {
        reference.close();
        steps.values().forEach(TrainStep::close);
    }
}
