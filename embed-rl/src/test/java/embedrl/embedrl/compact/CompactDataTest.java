package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.scenes.Split;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompactDataTest {
    private static final int STEPS = 12;

    private static CompactData data(long seed, int embedderPairs) {
        return new CompactData(TinyStudy.SCENES, new StudyConfig(seed, List.of("qa", "grounding", "text-to-image"), List.of("qa", "grounding"),
                List.of("qa", "text-to-image"), 1, 1, 7, 1, 1, embedderPairs, 1, 6, 2, 1e-4f, 5, 24, 0.25));
    }

    private static List<String> ids(List<Pair> pairs) {
        return pairs.stream().map(pair -> pair.id() + " " + pair.query().id() + " → " + pair.target().id()).toList();
    }

    private static Set<String> distinctTargets(List<Pair> pairs) {
        return new HashSet<>(pairs.stream().map(pair -> pair.target().id()).toList());
    }

    /** Other instances, asked in another order, give the same batches; another seed gives others. */
    @Test
    void batchesAreFunctionsOfSeedAndStep() {
        CompactData one = data(3, 8);
        CompactData two = data(3, 8);
        CompactData other = data(4, 8);
        List<Function<CompactData, List<Pair>>> backwards = IntStream.range(0, 5).boxed().sorted((a, b) -> b - a)
                .flatMap(step -> Stream.<Function<CompactData, List<Pair>>>of(d -> d.warmUp(step), d -> d.contrastive(step), d -> d.reinforcement(step))).toList();
        List<List<String>> late = backwards.stream().map(batch -> ids(batch.apply(two))).toList();
        for (int i = backwards.size() - 1; i >= 0; i--) {
            assertThat(ids(backwards.get(i).apply(one))).isEqualTo(late.get(i));
            assertThat(ids(backwards.get(i).apply(other))).isNotEqualTo(late.get(i));
        }
        assertThat(new HashSet<>(late)).hasSize(15);
        assertThat(one.heldOutReward().stream().map(CompactDataTest::ids)).isEqualTo(two.heldOutReward().stream().map(CompactDataTest::ids).toList());
    }

    @Test
    void warmUpTakesTheFamiliesInTurn() {
        List<Pair> batch = data(1, 8).warmUp(2);
        assertThat(batch.stream().map(Pair::dataset)).containsExactly("qa", "grounding", "text-to-image", "qa", "grounding", "text-to-image", "qa");
        assertThat(ids(batch)).doesNotHaveDuplicates();
    }

    @Test
    void contrastiveBatchesAreTwoHomogeneousPartsWithoutEqualTargets() {
        for (int size : new int[] {8, 9}) {
            CompactData data = data(1, size);
            Set<String> families = new HashSet<>();
            for (int step = 1; step <= STEPS; step++) {
                List<Pair> batch = data.contrastive(step);
                assertThat(batch).hasSize(size);
                for (List<Pair> part : List.of(batch.subList(0, size / 2), batch.subList(size / 2, size))) {
                    assertThat(part.stream().map(Pair::dataset).distinct()).hasSize(1);
                    assertThat(distinctTargets(part)).hasSameSizeAs(part);
                    families.add(part.getFirst().dataset());
                }
            }
            assertThat(families).containsExactlyInAnyOrder("qa", "grounding", "text-to-image");
        }
    }

    @Test
    void reinforcementTakesOneFamilyAStepInTurn() {
        for (int step = 1; step <= STEPS; step++) {
            List<Pair> batch = data(1, 8).reinforcement(step);
            assertThat(batch).hasSize(6);
            assertThat(batch.stream().map(Pair::dataset).distinct()).containsExactly(step % 2 == 0 ? "qa" : "grounding");
            assertThat(distinctTargets(batch)).hasSize(6);
        }
    }

    @Test
    void heldOutRewardsHaveTheirShareOfEveryFamily() {
        List<List<Pair>> batches = data(1, 8).heldOutReward();
        assertThat(batches.stream().map(batch -> batch.getFirst().dataset())).containsExactly("qa", "qa", "grounding", "grounding");
        for (List<Pair> batch : batches) {
            assertThat(batch).hasSize(6);
            assertThat(distinctTargets(batch)).hasSize(6);
            assertThat(batch).allMatch(pair -> pair.id().contains(Split.UNSEEN_SCENES.label()));
        }
    }

    /** Every scene that training shows is admitted there alone: held-out queries and their targets show others (wrong candidates may be any). */
    @Test
    void heldOutScenesAreNotTrainedOn() {
        CompactData data = data(1, 8);
        Set<String> seen = new HashSet<>();
        for (int step = 1; step <= STEPS; step++)
            Stream.of(data.warmUp(step), data.contrastive(step), data.reinforcement(step)).flatMap(List::stream)
                    .flatMap(pair -> Stream.of(pair.query(), pair.target())).filter(CompactDataTest::isScene).forEach(item -> seen.add(scene(item)));
        assertThat(seen).hasSizeGreaterThan(100).allMatch(scene -> TinyStudy.SCENES.splits().admits(Split.TRAIN, scene));
        Set<String> asked = new HashSet<>();
        for (List<Pair> batch : data.heldOutReward()) batch.stream().flatMap(pair -> Stream.of(pair.query(), pair.target())).filter(CompactDataTest::isScene).forEach(item -> asked.add(scene(item)));
        for (RetrievalTask task : data.tasks(List.of(Split.UNSEEN_SCENES)))
            for (RetrievalQuery query : task.queries())
                Stream.of(query.query(), query.candidates().getFirst()).filter(CompactDataTest::isScene).forEach(item -> asked.add(scene(item)));
        assertThat(asked).isNotEmpty().doesNotContainAnyElementsOf(seen).noneMatch(scene -> TinyStudy.SCENES.splits().admits(Split.TRAIN, scene));
    }

    private static boolean isScene(Item item) {
        return !item.visuals().isEmpty() && !item.id().startsWith("crop: ");
    }

    /** The part of an id that names the picture. */
    private static String scene(Item item) {
        return item.id().split(" \\| ")[0];
    }

    @Test
    void tasksCoverFamiliesAndSplits() {
        List<RetrievalTask> tasks = data(1, 8).tasks(List.of(Split.UNSEEN_SCENES, Split.UNSEEN_CONCEPTS));
        assertThat(tasks.stream().map(RetrievalTask::name)).containsExactly("qa/unseen-scenes", "qa/unseen-concepts", "text-to-image/unseen-scenes",
                "text-to-image/unseen-concepts");
        assertThat(tasks).allSatisfy(task -> assertThat(task.queries()).hasSize(5).allSatisfy(query -> assertThat(query.candidates()).hasSize(16)));
    }
}
