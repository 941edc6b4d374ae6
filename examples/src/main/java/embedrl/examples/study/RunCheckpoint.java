package embedrl.examples.study;

import embedrl.embedrl.compact.SavedModelException;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.nn.Training;
import embedrl.nn.checkpoint.Checkpoint;
import embedrl.nn.checkpoint.CheckpointFolder;
import embedrl.nn.checkpoint.TrainingState;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where an EG-RL run stands: weights, optimizer, step, seed, and the rewards that it began with. */
final class RunCheckpoint {
    static final String NAME = "training";
    private static final String STEP = "egrl_step";
    private static final String REWARDS = "heldout_rewards_before";

    private final CheckpointFolder folder;
    private final StudyConfig config;
    private final Checkpoint loaded;
    private long step;

    /** Reads the folder's checkpoint if there is one; it must belong to a run of the same seed. */
    RunCheckpoint(CheckpointFolder folder, StudyConfig config) throws IOException {
        this.folder = folder;
        this.config = config;
        this.loaded = folder.exists() ? folder.load() : null;
        if (loaded == null) return;
        TrainingState state = loaded.state();
        if (!state.counters().containsKey(STEP) || !state.config().path(REWARDS).isArray() || state.config().path(REWARDS).isEmpty())
            throw new SavedModelException("checkpoint '" + NAME + "': not one of an EG-RL run, it lacks " + STEP + " or " + REWARDS);
        if (state.seed() != config.seed())
            throw new SavedModelException("checkpoint '" + NAME + "': seed must be that of the run's Reasoner, got " + state.seed() + " and " + config.seed());
        step = state.counters().get(STEP);
        if (step > config.rlSteps()) throw new SavedModelException("the run has taken " + step + " steps already, more than the " + config.rlSteps() + " asked for");
    }

    boolean exists() {
        return loaded != null;
    }

    /** EG-RL steps taken at the last checkpoint. */
    long step() {
        return step;
    }

    void restore(Training training) {
        try {
            training.restore(loaded);
        } catch (TensorException other) {
            throw new SavedModelException("checkpoint '" + NAME + "' does not fit the run's Reasoner: " + other.getMessage(), other);
        }
    }

    /** Mean rewards of the held-out pairs before the first step. */
    double[] rewardsBefore() {
        return loaded.state().config().path(REWARDS).values().stream().mapToDouble(JsonNode::asDouble).toArray();
    }

    /** Replaces the checkpoint; where that fails, the last one stays. */
    void save(Training training, int now, double[] rewardsBefore) throws IOException {
        ObjectNode more = JsonMapper.shared().createObjectNode();
        more.set("study", JsonMapper.shared().valueToTree(config));
        Arrays.stream(rewardsBefore).forEach(more.putArray(REWARDS)::add);
        try {
            training.save(folder, new TrainingState(0, config.seed(), Map.of(STEP, (long) now), Map.of(), more));
        } catch (IOException failure) {
            String why = failure instanceof FileSystemException file && file.getReason() != null ? file.getReason() : failure.getMessage();
            throw new IOException("the checkpoint of step " + now + " could not be written (" + why + "); "
                    + (folder.exists() ? "that of step " + step + " is intact: make room and go on with --resume" : "there is none before it"), failure);
        }
        step = now;
    }
}
