package embedrl.nn.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a resumed run needs besides tensors: where it stood, and the configuration it ran with.
 *
 * @param step          optimizer steps taken
 * @param seed          the run's random seed
 * @param counters      positions of counter-based random streams, and other counts, by name
 * @param dataPositions items consumed of each data source, by name
 * @param config        the configuration as a JSON tree
 */
public record TrainingState(long step, long seed, Map<String, Long> counters, Map<String, Long> dataPositions, ObjectNode config) {
    /** Copies maps and tree. */
    public TrainingState {
        counters = sorted(counters);
        dataPositions = sorted(dataPositions);
        config = config.deepCopy();
    }

    @Override
    public ObjectNode config() {
        return config.deepCopy();
    }

    private static SortedMap<String, Long> sorted(Map<String, Long> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
