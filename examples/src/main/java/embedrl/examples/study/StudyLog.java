package embedrl.examples.study;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.embedrl.compact.StudyListener;
import embedrl.embedrl.grpo.EgRlTrainer;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.run.Completion;
import embedrl.embedrl.run.RunListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Passes on what a study does to the listeners of a run. */
final class StudyLog implements StudyListener {
    private final RunListener run;
    private String phase;

    StudyLog(RunListener run) {
        this.run = run;
    }

    @Override
    public void phase(String name, int steps) {
        end();
        phase = name;
        run.onPhase(name, steps);
    }

    @Override
    public void step(int step, Map<String, Double> metrics) {
        run.onStep(phase, step, metrics);
    }

    @Override
    public void rollouts(int step, List<Pair> pairs, EgRlTrainer.Step result) {
        result.rollouts().forEach((id, rollout) -> {
            Pair pair = pairs.get(id.pair());
            Item item = id.side() == Side.QUERY ? pair.query() : pair.target();
            run.onCompletion(new Completion(step, pair.id(), id.side(), id.index(), TextStyle.COMPACT.prompt(item, id.side()), rollout.text(), terms(result.rewards().get(id)),
                    result.advantages().get(id)));
        });
    }

    /** The last phase is over. */
    void end() {
        if (phase != null) {
            run.onPhaseEnd(phase);
            phase = null;
        }
    }

    private static Map<String, Double> terms(RewardBreakdown reward) {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("total", reward.total());
        terms.put("format", reward.format());
        terms.put("outcome", reward.outcome());
        terms.put("process", reward.process());
        terms.put("acc", reward.acc());
        terms.put("margin", reward.margin());
        return terms;
    }
}
