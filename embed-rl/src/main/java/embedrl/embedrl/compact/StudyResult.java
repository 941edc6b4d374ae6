package embedrl.embedrl.compact;

import embedrl.embedrl.grpo.EgRlTrainer.Evaluation;
import java.util.List;

/**
 * What a study found.
 *
 * @param trained        its models
 * @param arms           ways of answering, measured on the same queries of unseen scenes and unseen combinations
 * @param unseenConcepts the same on queries about concepts that training never showed; reported apart
 * @param rewardBefore   held-out completions and rewards of the warm-up Reasoner, sampled
 * @param rewardAfter    the same of the EG-RL Reasoner, with the same randomness
 */
public record StudyResult(CompactStudy.Trained trained, List<StudyArm> arms, List<StudyArm> unseenConcepts, Evaluation rewardBefore, Evaluation rewardAfter) {
    public StudyArm arm(String name) {
        return arms.stream().filter(a -> a.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("study: there is no arm '" + name + "'; the arms are " + arms.stream().map(StudyArm::name).toList()));
    }
}
