package embedrl.nn.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a run saves: the model's tensors, the optimizer's, and the state of training.
 *
 * @param model     parameters by name
 * @param optimizer moments by name
 * @param state     step, seed, positions and configuration
 */
public record Checkpoint(Map<String, TensorData> model, Map<String, TensorData> optimizer, TrainingState state) {
    /** Sorts the names; tensors are shared. */
    public Checkpoint {
        model = Collections.unmodifiableMap(new TreeMap<>(model));
        optimizer = Collections.unmodifiableMap(new TreeMap<>(optimizer));
    }
}
