package embedrl.embedrl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.Judge;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.Visual;
import embedrl.models.Embedder;
import embedrl.models.Reasoner.Rollout;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RewardModelTest {
    private static final int B = 4;
    private static final int N = 3;
    private static final Judge SILENT = (_, _) -> OptionalInt.empty();
    private static final ItemMessages MESSAGES = TinyStudy.MODELS.messages();
    private static final Embedder EMBEDDER = TinyStudy.MODELS.embedder(TinyStudy.MODELS.model(Seed.of(21)));
    private static final List<Pair> PAIRS = TinyStudy.pairs("qa", B);

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    private static RolloutId id(int pair, Side side, int index) {
        return new RolloutId(pair, side, index);
    }

    /** Different completions: the truth, the truth of another pair, and words that keep no format. */
    private static Map<RolloutId, Rollout> rollouts() {
        Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
        for (int pair = 0; pair < B; pair++)
            for (Side side : Side.values()) {
                Item item = side.of(PAIRS.get(pair));
                Item other = side.of(PAIRS.get((pair + 1) % B));
                String[] texts = {TextStyle.COMPACT.completion(item.trace()), TextStyle.COMPACT.completion(other.trace()) + " " + pair, " words " + pair + side};
                for (int r = 0; r < N; r++) rollouts.put(id(pair, side, r), new Rollout(null, null, texts[r]));
            }
        return rollouts;
    }

    private static RewardModel model(Judge judge) {
        return new RewardModel(EMBEDDER, MESSAGES, RewardConfig.DEFAULTS, judge);
    }

    /** Everything from the formulas, with vectors of one message at a time and loops over pair, side and index. */
    private static Map<RolloutId, double[]> byHand(List<Pair> pairs, Map<RolloutId, Rollout> rollouts) {
        Map<RolloutId, float[]> vectors = new HashMap<>();
        rollouts.forEach((id, rollout) -> vectors.put(id, EMBEDDER.embed(List.of(MESSAGES.reasoned(id.side().of(pairs.get(id.pair())), rollout.text())))[0]));
        Map<RolloutId, double[]> expected = new HashMap<>();
        for (int i = 0; i < pairs.size(); i++)
            for (Side side : Side.values())
                for (int r = 0; r < N; r++) {
                    double[] cosine = new double[pairs.size() * N];
                    for (int j = 0; j < pairs.size(); j++)
                        for (int s = 0; s < N; s++) cosine[j * N + s] = dot(vectors.get(id(i, side, r)), vectors.get(id(j, side.opposite(), s)));
                    double positive = 0;
                    double weights = 0;
                    double negative = 0;
                    double retrieved = 0;
                    for (int k = 0; k < cosine.length; k++) {
                        double value = cosine[k];
                        long nearer = Arrays.stream(cosine).filter(c -> c > value).count();
                        if (k / N == i) {
                            positive += value / N;
                            if (nearer < N) retrieved++;
                        } else {
                            weights += Math.exp(value / 0.5);
                            negative += Math.exp(value / 0.5) * value;
                        }
                    }
                    double acc = retrieved / N;
                    double margin = positive - negative / weights;
                    String text = rollouts.get(id(i, side, r)).text();
                    double format = FormatCheck.STRICT.accepts(text, Visual.of(side.of(pairs.get(i)))) ? 1 : 0;
                    expected.put(id(i, side, r), new double[] {acc, margin, format, 0.05 * format + 0.8 * 0.5 * acc * margin});
                }
        return expected;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    /** In the published code rewards reached the wrong completions: here every id has the reward of its own completion. */
    @Test
    void everyRewardBelongsToItsOwnCompletion() {
        Map<RolloutId, Rollout> rollouts = rollouts();
        SortedMap<RolloutId, RewardBreakdown> rewards = model(SILENT).score(PAIRS, rollouts, 1);
        Map<RolloutId, double[]> expected = byHand(PAIRS, rollouts);
        assertThat(rewards.keySet()).containsExactlyInAnyOrderElementsOf(rollouts.keySet());
        rewards.forEach((id, reward) -> {
            double[] terms = expected.get(id);
            assertThat(reward.acc()).as("acc of %s", id).isCloseTo(terms[0], within(1e-9));
            assertThat(reward.margin()).as("margin of %s", id).isCloseTo(terms[1], within(1e-5));
            assertThat(reward.format()).as("format of %s", id).isEqualTo(terms[2]);
            assertThat(reward.process()).isZero();
            assertThat(reward.total()).as("total of %s", id).isCloseTo(terms[3], within(1e-5));
        });
        assertThat(expected.values().stream().map(terms -> Math.round(terms[1] * 1e4)).distinct()).as("margins that a mix-up would show in").hasSize(2 * B * N);
        for (int pair = 0; pair < B; pair++) assertThat(rewards.get(id(pair, Side.TARGET, 2)).format()).isZero();
    }

    @Test
    void theOrderOfTheMapChangesNothing() {
        RewardModel model = model((anchor, candidates) -> OptionalInt.of(1 + Math.floorMod(anchor.hashCode(), candidates.size())));
        SortedMap<RolloutId, RewardBreakdown> rewards = model.score(PAIRS, rollouts(), 5);
        List<RolloutId> ids = new ArrayList<>(rollouts().keySet());
        for (int order = 0; order < 3; order++) {
            Collections.shuffle(ids, new Random(order));
            Map<RolloutId, Rollout> shuffled = new LinkedHashMap<>();
            for (RolloutId id : ids) shuffled.put(id, rollouts().get(id));
            assertThat(model.score(PAIRS, shuffled, 5)).isEqualTo(rewards);
        }
    }

    @Test
    void permutingThePairsPermutesTheRewards() {
        SortedMap<RolloutId, RewardBreakdown> rewards = model(SILENT).score(PAIRS, rollouts(), 1);
        int[] to = {2, 0, 3, 1};
        Pair[] moved = new Pair[B];
        for (int i = 0; i < B; i++) moved[to[i]] = PAIRS.get(i);
        Map<RolloutId, Rollout> rollouts = new HashMap<>();
        rollouts().forEach((id, rollout) -> rollouts.put(id(to[id.pair()], id.side(), id.index()), rollout));
        SortedMap<RolloutId, RewardBreakdown> permuted = model(SILENT).score(List.of(moved), rollouts, 1);
        rewards.forEach((id, reward) -> assertThat(permuted.get(id(to[id.pair()], id.side(), id.index())).total()).isCloseTo(reward.total(), within(1e-6)));
    }

    /** The judge reads texts: the query's words with its T-CoT, a target's words only where it is the anchor. */
    @Test
    void theJudgeReadsTextsOfTheOtherSide() {
        Map<RolloutId, Rollout> rollouts = rollouts();
        List<String> anchors = new ArrayList<>();
        model((anchor, candidates) -> {
            anchors.add(anchor);
            boolean query = anchor.startsWith("Instruction: what is at ");
            assertThat(query || anchor.startsWith("Text: ")).as(anchor).isTrue();
            assertThat(candidates).hasSize(N + B - 1).doesNotHaveDuplicates();   // one hard negative of each other pair
            for (String candidate : candidates) {
                if (query) assertThat(rollouts).anySatisfy((id, rollout) -> assertThat(id.side() == Side.TARGET && rollout.text().equals(candidate)).isTrue());
                else assertThat(candidate).startsWith("Instruction: what is at ");
            }
            return OptionalInt.empty();
        }).score(PAIRS, rollouts, 1);
        assertThat(anchors).hasSize(2 * B * N);
    }

    /** A hit earns the margin: a judge that recognizes its partner by the number in the text pays each id its own margin. */
    @Test
    void aHitPaysTheCompletionsOwnMargin() {
        Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
        for (int pair = 0; pair < B; pair++)
            for (Side side : Side.values()) for (int r = 0; r < N; r++) rollouts.put(id(pair, side, r), new Rollout(null, null, " token" + pair + " " + side + r));
        SortedMap<RolloutId, RewardBreakdown> rewards = model((anchor, candidates) -> {
            String token = anchor.replaceAll("(?s).*(token\\d).*", "$1");
            if (token.equals("token2")) return OptionalInt.empty();
            for (int i = 0; i < candidates.size(); i++) if (candidates.get(i).contains(token)) return OptionalInt.of(i + 1);
            return OptionalInt.empty();
        }).score(PAIRS, rollouts, 9);
        rewards.forEach((id, reward) -> {
            assertThat(reward.process()).isEqualTo(id.pair() == 2 ? 0 : reward.margin());
            assertThat(reward.total()).isCloseTo(0.8 * reward.outcome() + 0.2 * reward.process(), within(1e-12));
        });
    }

    /** A completion that points at evidence is read with its crop. */
    @Test
    void evidenceReachesTheEmbedder() {
        Map<RolloutId, Rollout> rollouts = rollouts();
        double before = model(SILENT).score(PAIRS, rollouts, 1).get(id(0, Side.QUERY, 0)).margin();
        String text = rollouts.get(id(0, Side.QUERY, 0)).text();
        float[] with = EMBEDDER.embed(List.of(MESSAGES.reasoned(PAIRS.getFirst().query(), text)))[0];
        float[] without = EMBEDDER.embed(List.of(MESSAGES.reasonedWithoutEvidence(PAIRS.getFirst().query(), text)))[0];
        assertThat(dot(with, without)).isLessThan(0.9999);
        assertThat(before).isCloseTo(byHand(PAIRS, rollouts).get(id(0, Side.QUERY, 0))[1], within(1e-5));
    }
}
