package embedrl.embedrl.compact;

import embedrl.datasets.scenes.SceneFamilies;
import java.util.List;

/**
 * Sizes and rates of a compact study, all phases.
 *
 * @param seed              of weights, data and sampling
 * @param trainFamilies     families that warm-up and Embedders train on
 * @param rlFamilies        families that EG-RL trains on
 * @param evaluationFamilies families that are measured
 * @param visionSteps       steps of vision pre-training
 * @param warmupSteps       steps of the Reasoner's supervised warm-up
 * @param warmupPairs       pairs (two examples each) in a warm-up step
 * @param rawSteps          steps of the Embedder that reads raw items
 * @param embedderSteps     steps of the Embedder that reads T-CoTs
 * @param embedderPairs     pairs in a step of either Embedder
 * @param rlSteps           EG-RL steps
 * @param rlPairs           pairs in an EG-RL step
 * @param rollouts          completions of each prompt
 * @param rlLearningRate    constant
 * @param evaluationQueries queries of each family and held-out split
 * @param rewardPairs       held-out pairs whose mean reward is measured before and after EG-RL
 * @param tcotDropout       share of the T-CoT Embedder's training pairs that are read raw, so that it serves items without a T-CoT too; 0 … 0.9
 */
public record StudyConfig(long seed, List<String> trainFamilies, List<String> rlFamilies, List<String> evaluationFamilies, int visionSteps, int warmupSteps,
                          int warmupPairs, int rawSteps, int embedderSteps, int embedderPairs, int rlSteps, int rlPairs, int rollouts,
                          float rlLearningRate, int evaluationQueries, int rewardPairs, double tcotDropout) {
    public StudyConfig {
        trainFamilies = List.copyOf(trainFamilies);
        rlFamilies = List.copyOf(rlFamilies);
        evaluationFamilies = List.copyOf(evaluationFamilies);
        for (List<String> families : List.of(trainFamilies, rlFamilies, evaluationFamilies))
            if (families.isEmpty() || !SceneFamilies.NAMES.containsAll(families))
                throw new IllegalArgumentException("study: families must be some of " + SceneFamilies.NAMES + ", got " + families);
        if (Math.min(Math.min(visionSteps, warmupSteps), Math.min(Math.min(rawSteps, embedderSteps), rlSteps)) < 0)
            throw new IllegalArgumentException("study: steps must be 0 or more, got " + List.of(visionSteps, warmupSteps, rawSteps, embedderSteps, rlSteps));
        if (warmupPairs < 1 || embedderPairs < 4 || rlPairs < 2 || rollouts < 2 || evaluationQueries < 1 || rewardPairs < 1)
            throw new IllegalArgumentException("study: needs warmupPairs, evaluationQueries and rewardPairs of at least 1, rlPairs and rollouts of at least 2, embedderPairs of"
                    + " at least 4; got " + List.of(warmupPairs, evaluationQueries, rewardPairs, rlPairs, rollouts, embedderPairs));
        if (!(tcotDropout >= 0 && tcotDropout <= 0.9))
            throw new IllegalArgumentException("study: tcotDropout must lie in 0 … 0.9, got " + tcotDropout);
        if (!(rlLearningRate > 0)) throw new IllegalArgumentException("study: rlLearningRate must be positive, got " + rlLearningRate);
    }

    /** A few minutes on two cores. */
    public static StudyConfig quickstart(long seed) {
        return new StudyConfig(seed, List.of("qa", "grounding", "text-to-image"), List.of("qa", "grounding"), List.of("qa", "grounding"), 120, 230, 24, 180, 140,
                48, 60, 12, 8, 1e-4f, 400, 192, 0.25);
    }

    /** More families, steps and queries: about ten minutes a seed on two cores. */
    public static StudyConfig large(long seed) {
        return new StudyConfig(seed, List.of("qa", "grounding", "text-to-image", "image-to-text", "classification"), List.of("qa", "grounding"),
                List.of("qa", "grounding", "image-to-text", "classification"), 160, 300, 25, 260, 200, 48, 100, 12, 8, 1e-4f, 75, 72, 0.25);
    }
}
