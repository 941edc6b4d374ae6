package embedrl.embedrl.compact;

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
 */
public record StudyConfig(long seed, List<String> trainFamilies, List<String> rlFamilies, List<String> evaluationFamilies, int visionSteps, int warmupSteps,
                          int warmupPairs, int rawSteps, int embedderSteps, int embedderPairs, int rlSteps, int rlPairs, int rollouts,
                          float rlLearningRate, int evaluationQueries, int rewardPairs) {
    public StudyConfig {
        trainFamilies = List.copyOf(trainFamilies);
        rlFamilies = List.copyOf(rlFamilies);
        evaluationFamilies = List.copyOf(evaluationFamilies);
    }

    /** A few minutes on two cores. */
    public static StudyConfig quickstart(long seed) {
        return new StudyConfig(seed, List.of("qa", "grounding", "text-to-image"), List.of("qa", "grounding"), List.of("qa", "grounding"), 300, 300, 24, 200,
                200, 48, 40, 12, 8, 5e-5f, 150, 48);
    }
}
