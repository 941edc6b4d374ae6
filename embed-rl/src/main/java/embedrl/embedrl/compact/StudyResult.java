package embedrl.embedrl.compact;

import embedrl.embedrl.grpo.EgRlTrainer.Evaluation;
import java.util.List;
import java.util.Map;

/**
 * What a study found.
 *
 * @param arms         ways of answering, measured on the same queries
 * @param rewardBefore held-out completions and rewards of the warm-up Reasoner, sampled
 * @param rewardAfter  the same of the EG-RL Reasoner, with the same randomness
 * @param seconds      by phase
 */
public record StudyResult(List<StudyArm> arms, Evaluation rewardBefore, Evaluation rewardAfter, Map<String, Double> seconds) {
    public StudyArm arm(String name) {
        return arms.stream().filter(a -> a.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("study: there is no arm '" + name + "'; the arms are " + arms.stream().map(StudyArm::name).toList()));
    }
}
