package embedrl.embedrl.compact;

import embedrl.datasets.Pair;
import embedrl.embedrl.grpo.EgRlTrainer;
import java.util.List;
import java.util.Map;

/** Hears what a study does: for progress lines, metrics files and reports. */
public interface StudyListener {
    /** A phase begins; steps is 0 where it has no steps. */
    void phase(String name, int steps);

    /** A step of the present phase is done. */
    void step(int step, Map<String, Double> metrics);

    /** An EG-RL step is done; called before {@link #step}. */
    void rollouts(int step, List<Pair> pairs, EgRlTrainer.Step result);

    /** Hears nothing. */
    StudyListener SILENT = new StudyListener() {
        @Override
        public void phase(String name, int steps) {
        }

        @Override
        public void step(int step, Map<String, Double> metrics) {
        }

        @Override
        public void rollouts(int step, List<Pair> pairs, EgRlTrainer.Step result) {
        }
    };
}
