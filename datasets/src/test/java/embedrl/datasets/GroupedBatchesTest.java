package embedrl.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupedBatchesTest {
    private static final PairSource A = new TextPairs("a", 23, 23);
    private static final PairSource B = new TextPairs("b", 10, 10);
    private static final PairSource SMALL = new TextPairs("small", 3, 3);

    private static List<Batch> read(Batches batches, long from, int count) {
        Batches.Cursor cursor = batches.from(from);
        List<Batch> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(cursor.hasNext()).isTrue();
            assertThat(cursor.position()).isEqualTo(from + i);
            list.add(cursor.next());
        }
        return list;
    }

    @Test
    void anEpochHoldsEveryFullBatchOnce() {
        GroupedBatches batches = new GroupedBatches(List.of(A, SMALL, B), 5, 42, false);
        assertThat(batches.batchesPerEpoch()).isEqualTo(4 + 0 + 2);
        Map<String, Set<Long>> seen = new HashMap<>();
        for (Batch batch : read(batches, 0, 6)) {
            assertThat(batch.parts()).hasSize(1);
            assertThat(batch.size()).isEqualTo(5);
            assertThat(batch.pairs()).extracting(Pair::dataset).containsOnly(batch.parts().getFirst().source().name());
            for (long index : batch.parts().getFirst().indices()) {
                assertThat(seen.computeIfAbsent(batch.parts().getFirst().source().name(), k -> new HashSet<>()).add(index)).isTrue();
            }
        }
        assertThat(seen).containsOnlyKeys("a", "b");
        assertThat(seen.get("a")).hasSize(20);
        assertThat(seen.get("b")).hasSize(10);
    }

    @Test
    void epochsDifferAndSeedsDecide() {
        GroupedBatches batches = new GroupedBatches(List.of(A, B), 5, 42, false);
        List<Batch> twelve = read(batches, 0, 12);
        assertThat(twelve).extracting(Batch::position).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(twelve.subList(0, 6).stream().map(Batch::parts)).isNotEqualTo(twelve.subList(6, 12).stream().map(Batch::parts).toList());
        assertThat(read(new GroupedBatches(List.of(A, B), 5, 42, false), 0, 12)).isEqualTo(twelve);
        assertThat(read(new GroupedBatches(List.of(A, B), 5, 43, false), 0, 12)).isNotEqualTo(twelve);
    }

    @Test
    void resumingGivesTheSameBatches() {
        for (boolean distinct : List.of(false, true)) {
            GroupedBatches batches = new GroupedBatches(List.of(new TextPairs("a", 40, 9), B), 5, 7, distinct);
            List<Batch> all = read(batches, 0, 35);
            for (int from : List.of(1, 9, 10, 11, 27)) {
                assertThat(read(batches, from, 35 - from)).isEqualTo(all.subList(from, 35));
            }
        }
    }

    @Test
    void targetsAreDistinctOnRequest() {
        PairSource names = new TextPairs("names", 240, 24);
        boolean repeated = false;
        for (Batch batch : read(new GroupedBatches(List.of(names), 12, 1, false), 0, 20)) {
            repeated |= new HashSet<>(batch.pairs().stream().map(pair -> pair.target().id()).toList()).size() < 12;
        }
        assertThat(repeated).isTrue();
        for (Batch batch : read(new GroupedBatches(List.of(names), 12, 1, true), 0, 40)) {
            assertThat(batch.pairs()).extracting(pair -> pair.target().id()).doesNotHaveDuplicates();
        }
    }

    @Test
    void tooFewDistinctTargetsAreReported() {
        Batches.Cursor cursor = new GroupedBatches(List.of(new TextPairs("names", 240, 8)), 12, 1, true).from(0);
        assertThatIllegalStateException().isThrownBy(cursor::next).withMessageContaining("found only 8 of 12 pairs with distinct targets in dataset 'names'");
    }

    @Test
    void batchesOfDatasetsComeInShuffledOrder() {
        List<String> names = read(new GroupedBatches(List.of(new TextPairs("a", 100, 100), new TextPairs("b", 100, 100)), 5, 3, false), 0, 40).stream()
                .map(batch -> batch.parts().getFirst().source().name()).toList();
        long changes = 0;
        for (int i = 1; i < names.size(); i++) {
            changes += names.get(i).equals(names.get(i - 1)) ? 0 : 1;
        }
        assertThat(changes).isBetween(10L, 30L);
    }

    @Test
    void sourcesOfAnySizeCostNothing() {
        GroupedBatches batches = new GroupedBatches(List.of(new TextPairs("huge", 1L << 40, 7)), 4, 1, false);
        assertThat(batches.batchesPerEpoch()).isEqualTo(1L << 38);
        assertThat(read(batches, 0, 3).stream().flatMap(batch -> batch.parts().getFirst().indices().stream())).doesNotHaveDuplicates();
    }

    @Test
    void slicesAreContiguous() {
        SubBatch part = new SubBatch(A, List.of(4L, 5L, 6L, 7L));
        assertThat(part.slice(1, 2).indices()).containsExactly(6L, 7L);
        assertThatIllegalArgumentException().isThrownBy(() -> part.slice(0, 3)).withMessageContaining("4 pairs must divide into 3");
        assertThatIllegalArgumentException().isThrownBy(() -> new GroupedBatches(List.of(SMALL), 5, 1, false)).withMessageContaining("no dataset has 5 pairs");
    }
}
