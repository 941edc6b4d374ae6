package embedrl.examples.study;

import embedrl.embedrl.compact.StudyArm;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.Results;
import embedrl.embedrl.run.RunDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Several studies that differ in their seed, taken together: the queries of all seeds are pooled, so that an interval covers the choice of queries under
 * these seeds' models; the arms' means per seed stand beside it.
 */
public final class PooledStudies {
    private static final long BOOTSTRAP_SEED = 0;

    private final List<StudyResult> studies;

    public PooledStudies(List<StudyResult> studies) {
        this.studies = List.copyOf(studies);
    }

    /** Writes the pooled results.json and prints it. */
    public void write(RunDirectory directory, PrintStream out) throws IOException {
        var figures = new StudyFigures(BOOTSTRAP_SEED);
        List<StudyArm> arms = pooled(studies.stream().map(StudyResult::arms).toList());
        double[] before = studies.stream().flatMapToDouble(s -> DoubleStream.of(StudyFigures.byPair(s.rewardBefore()))).toArray();
        double[] after = studies.stream().flatMapToDouble(s -> DoubleStream.of(StudyFigures.byPair(s.rewardAfter()))).toArray();
        Estimate reward = figures.rewardDifference(after, before);
        var results = new Results(figures.arms(arms), figures.differences(arms), figures.arms(pooled(studies.stream().map(StudyResult::unseenConcepts).toList())),
                new Results.HeldoutReward(DoubleStream.of(before).average().orElseThrow(), DoubleStream.of(after).average().orElseThrow()),
                Map.of("heldout_reward_difference", reward, "seeds", studies.size(), "hit@1_by_seed", bySeed()));
        results.write(directory.results());
        out.println();
        out.println("all " + studies.size() + " seeds together:");
        StudyRun.print(results, reward, out);
        out.println("results: " + directory.results());
    }

    private Map<String, List<Double>> bySeed() {
        Map<String, List<Double>> means = new java.util.LinkedHashMap<>();
        for (StudyResult study : studies)
            for (StudyArm arm : study.arms()) means.computeIfAbsent(arm.name(), _ -> new ArrayList<>()).add(arm.hitAt1());
        return means;
    }

    /** Arms of equal name with the queries of all seeds one after the other. */
    private static List<StudyArm> pooled(List<List<StudyArm>> seeds) {
        List<StudyArm> arms = new ArrayList<>();
        for (StudyArm first : seeds.getFirst()) {
            List<QueryResult> results = seeds.stream().flatMap(list -> list.stream().filter(arm -> arm.name().equals(first.name()))).flatMap(arm -> arm.results().stream()).toList();
            arms.add(new StudyArm(first.name(), results, Map.of()));
        }
        return arms;
    }
}
