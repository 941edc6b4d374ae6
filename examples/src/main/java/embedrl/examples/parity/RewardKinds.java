package embedrl.examples.parity;

import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.embedrl.reward.JudgeAnswer;
import embedrl.embedrl.reward.JudgeCandidates;
import embedrl.embedrl.reward.NegativeWeighting;
import embedrl.embedrl.reward.OutcomeRule;
import embedrl.embedrl.reward.ProcessPayoff;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RewardScorer;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.reward.Similarities;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/** Cases of the rewards: reward matrices, the judge's candidates and answers, group advantages. */
final class RewardKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "reward_matrix", RewardKinds::rewardMatrix,
            "judge_candidates", RewardKinds::judgeCandidates,
            "judge_answer_parse", RewardKinds::judgeAnswers,
            "group_advantage", RewardKinds::groupAdvantage);

    private static final Map<String, ToDoubleFunction<RewardBreakdown>> TERMS = Map.of(
            "acc", RewardBreakdown::acc,
            "positive", RewardBreakdown::positive,
            "negative", RewardBreakdown::negative,
            "margin", RewardBreakdown::margin,
            "outcome", RewardBreakdown::outcome,
            "process", RewardBreakdown::process,
            "total", RewardBreakdown::total);

    private RewardKinds() {
    }

    private static List<Check> rewardMatrix(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        int pairs = parameters.integer("pairs");
        int rollouts = parameters.integer("rollouts");
        RewardConfig config = RewardConfig.DEFAULTS
                .withWeights(parameters.number("format_weight"), parameters.number("outcome_weight"), parameters.number("process_weight"))
                .withOutcome(OutcomeRule.named(parameters.text("outcome_rule")), parameters.number("outcome_scale"))
                .withNegatives(NegativeWeighting.named(parameters.text("negative_weighting")), parameters.number("negative_temperature"))
                .withPayoff(ProcessPayoff.named(parameters.text("process_payoff")));
        parameters.finish();
        Similarities similarities = Similarities.dense(pairs, rollouts, file.floats("input.similarity"));
        SortedMap<RolloutId, RewardBreakdown> rewards = new RewardScorer(config)
                .score(similarities, flagged(file, "input.format", similarities), flagged(file, "input.judge_hit", similarities));

        var checks = new ArrayList<Check>();
        for (Side side : Side.values()) {
            TERMS.forEach((term, value) -> {
                double[] actual = similarities.rollouts(side).stream().map(rewards::get).mapToDouble(value).toArray();
                checks.add(file.compare("expected." + name(side) + "." + term, actual));
            });
        }
        return checks;
    }

    /** The rollouts whose flag is 1 in a [2, B·n] tensor, queries in row 0. */
    private static Set<RolloutId> flagged(CaseFile file, String tensor, Similarities similarities) {
        long[] flags = file.longs(tensor);
        var flagged = new HashSet<RolloutId>();
        int at = 0;
        for (Side side : Side.values()) {
            for (RolloutId id : similarities.rollouts(side)) {
                if (flags[at++] != 0) {
                    flagged.add(id);
                }
            }
        }
        if (at != flags.length) {
            throw new IllegalArgumentException(tensor + ": expected " + at + " flags, got " + flags.length);
        }
        return flagged;
    }

    private static List<Check> judgeCandidates(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        int pairs = parameters.integer("pairs");
        int rollouts = parameters.integer("rollouts");
        int top = parameters.integer("top");
        parameters.finish();
        Similarities similarities = Similarities.dense(pairs, rollouts, file.floats("input.similarity"));
        var checks = new ArrayList<Check>();
        for (Side side : Side.values()) {
            List<RolloutId> anchors = similarities.rollouts(side);
            var positions = new long[anchors.size() * top];
            Arrays.fill(positions, -1);
            for (int row = 0; row < anchors.size(); row++) {
                List<RolloutId> negatives = JudgeCandidates.hardNegatives(anchors.get(row), similarities, top);
                for (int column = 0; column < negatives.size(); column++) {
                    positions[row * top + column] = (long) negatives.get(column).pair() * rollouts + negatives.get(column).index();
                }
            }
            checks.add(file.compare("expected." + name(side), positions));
        }
        return checks;
    }

    private static List<Check> judgeAnswers(CaseFile file, Executor device) {
        var checks = new ArrayList<Check>();
        JsonNode cases = file.json().required("cases");
        for (int i = 0; i < cases.size(); i++) {
            JsonNode one = cases.get(i);
            JsonNode answer = one.required("answer");
            int actual = JudgeAnswer.parse(answer.isNull() ? null : answer.stringValue(), one.required("candidates").intValue()).orElse(0);
            checks.add(Check.number("cases[" + i + "]", actual, one.required("expected").intValue(), file.tolerance()));
        }
        return checks;
    }

    private static List<Check> groupAdvantage(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        int group = parameters.integer("group");
        var advantage = new GroupAdvantage(GroupAdvantage.Scale.DEVIATION, parameters.number("epsilon"), 0);
        parameters.finish();
        double[] rewards = file.doubles("input.rewards");
        if (group < 1 || rewards.length % group != 0) {
            throw new IllegalArgumentException("input.rewards: " + rewards.length + " rewards are not whole groups of " + group);
        }
        var advantages = new double[rewards.length];
        for (int from = 0; from < rewards.length; from += group) {
            System.arraycopy(advantage.of(Arrays.copyOfRange(rewards, from, from + group)), 0, advantages, from, group);
        }
        return List.of(file.compare("expected.advantages", advantages));
    }

    private static String name(Side side) {
        return side.name().toLowerCase(Locale.ROOT);
    }
}
