package embedrl.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterleavedBatchesTest {
    private static WeightedSource source(String name, long size, double weight, boolean video) {
        return new WeightedSource(new TextPairs(name, size, (int) size), weight, video);
    }

    private static List<Batch> read(Batches batches, long from, int count) {
        Batches.Cursor cursor = batches.from(from);
        List<Batch> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(cursor.next());
        }
        return list;
    }

    private static Map<String, Double> shares(List<Batch> batches) {
        Map<String, Double> shares = new HashMap<>();
        double total = batches.stream().mapToInt(batch -> batch.parts().size()).sum();
        batches.forEach(batch -> batch.parts().forEach(part -> shares.merge(part.source().name(), 1 / total, Double::sum)));
        return shares;
    }

    @Test
    void sharesFollowWeightTimesSize() {
        // Masses 3000, 500, 1500, so shares 0.6, 0.1, 0.3 of 8000 draws; the standard deviation is at most 0.0055.
        InterleavedBatches batches = new InterleavedBatches(
                List.of(source("a", 1000, 3, false), source("b", 1000, 0.5, false), source("c", 3000, 0.5, true)), 8, 2, 2, 42, false);
        assertThat(batches.batchesPerEpoch()).isEqualTo(625);
        Map<String, Double> shares = shares(read(batches, 0, 4000));
        assertThat(shares.get("a")).isCloseTo(0.6, within(0.025));
        assertThat(shares.get("b")).isCloseTo(0.1, within(0.016));
        assertThat(shares.get("c")).isCloseTo(0.3, within(0.025));
    }

    @Test
    void videosAreCappedAndTheRedrawKeepsTheOtherShares() {
        // The published mix: video 0.708 of the mass, documents 0.132, images 0.160; with two sub-batches and one video at most, video falls to 0.457.
        InterleavedBatches batches = new InterleavedBatches(
                List.of(source("video", 708, 1, true), source("page", 132, 1, false), source("image", 160, 1, false)), 4, 2, 1, 42, false);
        List<Batch> read = read(batches, 0, 4000);
        for (Batch batch : read) {
            assertThat(batch.parts().stream().filter(part -> part.source().name().equals("video")).count()).isLessThanOrEqualTo(1);
        }
        Map<String, Double> shares = shares(read);
        assertThat(shares.get("video")).isCloseTo((1 - 0.292 * 0.292) / 2, within(0.015));
        assertThat(shares.get("page") / shares.get("image")).isCloseTo(132.0 / 160, within(0.08));
    }

    @Test
    void iteratorsAreEndlessAndReshuffled() {
        InterleavedBatches batches = new InterleavedBatches(List.of(source("a", 6, 1, false), source("b", 60, 0.001, false)), 3, 1, 1, 1, false);
        List<Long> drawn = read(batches, 0, 12).stream().flatMap(batch -> batch.parts().stream()).filter(part -> part.source().name().equals("a"))
                .flatMap(part -> part.indices().stream()).toList();
        assertThat(drawn).hasSizeGreaterThanOrEqualTo(30);
        List<Long> first = drawn.subList(0, 6);
        List<Long> second = drawn.subList(6, 12);
        assertThat(first).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(second).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L).isNotEqualTo(first);
    }

    @Test
    void batchesAreDeterministicResumableAndNewEachEpoch() {
        for (boolean distinct : List.of(false, true)) {
            List<WeightedSource> sources = List.of(new WeightedSource(new TextPairs("a", 50, 20), 1, false), source("b", 30, 2, true));
            InterleavedBatches batches = new InterleavedBatches(sources, 8, 2, 1, 9, distinct);
            assertThat(batches.batchesPerEpoch()).isEqualTo(10);
            List<Batch> all = read(batches, 0, 30);
            for (int from : List.of(3, 10, 19, 21)) {
                assertThat(read(batches, from, 30 - from)).isEqualTo(all.subList(from, 30));
            }
            assertThat(all.subList(0, 10).stream().map(Batch::parts).toList()).isNotEqualTo(all.subList(10, 20).stream().map(Batch::parts).toList());
        }
    }

    @Test
    void distinctTargetsHoldOverAllSubBatches() {
        List<WeightedSource> sources = List.of(new WeightedSource(new TextPairs("names", 240, 24), 1, false));
        for (Batch batch : read(new InterleavedBatches(sources, 16, 2, 0, 9, true), 0, 60)) {
            assertThat(batch.pairs()).extracting(pair -> pair.target().id()).hasSize(16).doesNotHaveDuplicates();
        }
    }

    @Test
    void refusesMixesThatCannotBeDrawn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InterleavedBatches(List.of(source("a", 9, 1, false)), 9, 2, 1, 1, false))
                .withMessageContaining("batch of 9 must divide into 2");
        assertThatIllegalArgumentException().isThrownBy(() -> new InterleavedBatches(List.of(source("v", 9, 1, true)), 4, 2, 1, 1, false))
                .withMessageContaining("all datasets are videos, but only 1 of 2");
        assertThatIllegalArgumentException().isThrownBy(() -> source("a", 9, 0, false)).withMessageContaining("positive and finite, got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new InterleavedBatches(List.of(source("a", 3, 1, false)), 4, 1, 1, 1, false))
                .withMessageContaining("fewer pairs than the batch of 4");
    }
}
