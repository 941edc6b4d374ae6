package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KvCacheTest {
    private static Tensor starts(int... values) {
        return Tensor.ofInts(Shape.of(values.length), values);
    }

    private static Map<Variable, Tensor> write(KvCache cache, int layer, Tensor values, int... starts) {
        cache.layer(layer, starts(starts)).write(values, values.mul(-1));
        Map<Variable, Tensor> updates = cache.updates();
        Program.Builder builder = Program.builder();
        updates.forEach(builder::update);
        try (Program program = builder.compile(Executors.standard())) {
            program.run();
        }
        return updates;
    }

    private static float[] contents(Map<Variable, Tensor> updates, String name) {
        return updates.keySet().stream().filter(variable -> variable.name().equals(name)).findFirst().orElseThrow().value().floats();
    }

    @Test
    void writesGoWhereTheyBeginAndNegativeStartsAreLeft() {
        var cache = new KvCache(2, 3, 4, 1, 2);
        Tensor values = Tensor.of(Shape.of(3, 1, 1, 2), 1, 2, 3, 4, 5, 6);
        var updates = write(cache, 1, values, 0, -1, 3);
        assertThat(updates.keySet()).extracting(Variable::name).containsExactly("cache.1.keys", "cache.1.values");
        assertThat(contents(updates, "cache.1.keys")).containsExactly(1, 2, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 5, 6);
        assertThat(contents(updates, "cache.1.values")[23]).isEqualTo(-6);
    }

    @Test
    void updatesAreHandedOverOnce() {
        var cache = new KvCache(1, 1, 2, 1, 2);
        Tensor values = Tensor.of(Shape.of(1, 1, 1, 2), 1, 2);
        cache.layer(0, starts(0)).write(values, values);
        assertThatThrownBy(() -> cache.layer(0, starts(1)).write(values, values)).hasMessageContaining("written twice");
        assertThat(cache.updates()).hasSize(2);
        assertThat(cache.updates()).isEmpty();
    }

    @Test
    void theSizesAreWhatWasAsked() {
        var cache = new KvCache(3, 2, 5, 4, 8);
        assertThat(cache.batch()).isEqualTo(2);
        assertThat(cache.capacity()).isEqualTo(5);
        assertThat(cache.bytes()).isEqualTo(3L * 2 * 2 * 5 * 4 * 8 * 4);
    }

    @Test
    void promptsAreCopiedToTheirRollouts() {
        var prompts = new KvCache(1, 2, 2, 1, 2);
        write(prompts, 0, Tensor.of(Shape.of(2, 2, 1, 2), 1, 2, 3, 4, 5, 6, 7, 8), 0, 0);
        var rollouts = new KvCache(1, 4, 3, 1, 2);
        try (var copy = rollouts.copyFrom(prompts, Executors.standard())) {
            copy.run(new int[] {1, 1, 0, -1});
        }
        var updates = write(rollouts, 0, Tensor.of(Shape.of(4, 1, 1, 2), 10, 10, 20, 20, 30, 30, 40, 40), 2, -1, 2, -1);
        assertThat(contents(updates, "cache.0.keys")).containsExactly(5, 6, 7, 8, 10, 10, /**/ 5, 6, 7, 8, 0, 0, /**/ 1, 2, 3, 4, 30, 30, /**/ 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aCacheMayBeReorderedInPlace() {
        var cache = new KvCache(1, 3, 1, 1, 2);
        write(cache, 0, Tensor.of(Shape.of(3, 1, 1, 2), 1, 1, 2, 2, 3, 3), 0, 0, 0);
        try (var copy = cache.copyFrom(cache, Executors.standard())) {
            copy.run(new int[] {2, 0, 1});
        }
        var updates = write(cache, 0, Tensor.of(Shape.of(3, 1, 1, 2), 0, 0, 0, 0, 0, 0), -1, -1, -1);
        assertThat(contents(updates, "cache.0.keys")).containsExactly(3, 3, 1, 1, 2, 2);
    }

    @Test
    void copiesNeedRoomAndEqualLayers() {
        var large = new KvCache(1, 1, 4, 1, 2);
        var small = new KvCache(1, 1, 2, 1, 2);
        assertThatThrownBy(() -> small.copyFrom(large, Executors.standard())).hasMessageContaining("1 layers of 2 and 1 of 4");
        assertThatThrownBy(() -> new KvCache(2, 1, 4, 1, 2).copyFrom(small, Executors.standard())).hasMessageContaining("as many layers");
    }
}
