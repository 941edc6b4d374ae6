package embedrl.nn;

import embedrl.autograd.Gradients;
import embedrl.nn.checkpoint.Checkpoint;
import embedrl.nn.checkpoint.CheckpointFolder;
import embedrl.nn.checkpoint.TrainingState;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.LeafOp;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a set of parameters: owns the optimizer's state and step count, and compiles step programs (forward, backward, clipping, update in place) for
 * any number of losses and batch shapes over that one state.
 *
 * <pre>{@code
 * Training training = Training.of(model.parameters(), AdamW.with(3e-4f).clip(1f), Executors.standard());
 * TrainStep step = training.compile(Losses.nextToken(model.logits(tokens), tokens));
 * StepResult result = step.set("tokens", batch).run(schedule.at(training.steps() + 1));
 * }</pre>
 *
 * Parameters that a loss does not reach stay as they are in its steps, their moments too. After a non-finite gradient norm a step throws, and the
 * parameters are to be restored from a checkpoint. Inputs whose names begin with "training." are its own.
 */
public final class Training implements AutoCloseable {
    static final String WEIGHT = "training.weight";
    private static final String LEARNING_RATE = "training.learning_rate";
    private static final String STEP = "training.step";

    private final Map<String, Variable> parameters;
    private final Optimizer optimizer;
    private final Executor executor;
    private final Map<String, List<Variable>> moments = new LinkedHashMap<>();
    private final Map<String, Variable> accumulated = new LinkedHashMap<>();
    private Program apply;
    private int pending;
    private long steps;

    private Training(Map<String, Variable> parameters, Optimizer optimizer, Executor executor) {
        if (parameters.isEmpty()) throw new TensorException("training: needs at least one parameter");
        this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        this.optimizer = optimizer;
        this.executor = executor;
        parameters.forEach((name, variable) -> {
            if (variable.type().dtype() != DType.FLOAT32) throw new TensorException("training: parameters must be FLOAT32, '" + name + "' is " + variable.type());
            moments.put(name, optimizer.moments().stream().map(moment -> Variable.zeros(name + "." + moment, variable.type())).toList());
        });
    }

    /** State for these parameters, all moments zero. */
    public static Training of(Map<String, Variable> parameters, Optimizer optimizer, Executor executor) {
        return new Training(parameters, optimizer, executor);
    }

    /** Compiles a step that minimizes a scalar loss. */
    public TrainStep compile(Tensor loss) {
        return compile(loss, Map.of());
    }

    /** Compiles a step that also computes further values: scalars come with each {@link StepResult}, others are read by name. */
    public TrainStep compile(Tensor loss, Map<String, Tensor> metrics) {
        Program.Builder builder = Program.builder();
        Recording recording = Recording.into(builder, loss, metrics);
        update(builder, gradients(loss));
        return new TrainStep(this, recording.of(builder.compile(executor)));
    }

    /** Compiles a pass that adds its gradients, times a weight given at run time, to the accumulated ones; {@link #apply} then makes the step. */
    public AccumulateStep compileAccumulate(Tensor loss) {
        return compileAccumulate(loss, Map.of());
    }

    public AccumulateStep compileAccumulate(Tensor loss, Map<String, Tensor> metrics) {
        Program.Builder builder = Program.builder();
        Recording recording = Recording.into(builder, loss, metrics);
        Tensor weight = Tensor.input(WEIGHT, DType.FLOAT32);
        gradients(loss).forEach((name, gradient) -> {
            Variable sum = accumulated().get(name);
            builder.update(sum, sum.tensor().add(gradient.mul(weight)));
        });
        return new AccumulateStep(this, recording.of(builder.compile(executor)));
    }

    /** Makes a step with the accumulated gradients and sets them to zero; returns their global norm before clipping. */
    public float apply(float learningRate) {
        if (pending == 0) throw new TensorException("training: apply() needs accumulated gradients; run an accumulating step first");
        if (apply == null) {
            Program.Builder builder = Program.builder();
            Map<String, Tensor> gradients = new LinkedHashMap<>();
            accumulated().forEach((name, sum) -> gradients.put(name, sum.tensor()));
            update(builder, gradients);
            accumulated().forEach((_, sum) -> builder.update(sum, Tensor.zeros(sum.shape())));
            apply = builder.compile(executor);
        }
        float norm = run(apply, learningRate);
        pending = 0;
        return norm;
    }

    private Map<String, Variable> accumulated() {
        if (accumulated.isEmpty()) parameters.forEach((name, variable) -> accumulated.put(name, Variable.zeros(name + ".gradient", variable.type())));
        return accumulated;
    }

    /** Gradients of the parameters that a loss reaches. */
    private Map<String, Tensor> gradients(Tensor loss) {
        List<String> names = List.copyOf(parameters.keySet());
        List<Tensor> all = Gradients.of(loss, names.stream().map(name -> parameters.get(name).tensor()).toList());
        Map<String, Tensor> reached = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++)
            if (!(all.get(i).op() instanceof LeafOp.Fill fill && fill.value() == 0)) reached.put(names.get(i), all.get(i));
        if (reached.isEmpty()) throw new TensorException("training: the loss depends on none of the " + names.size() + " parameters, such as '" + names.getFirst() + "'");
        return reached;
    }

    private void update(Program.Builder builder, Map<String, Tensor> gradients) {
        Tensor squares = gradients.values().stream().map(gradient -> gradient.square().sum()).reduce(Tensor::add).orElseThrow();
        Tensor norm = squares.sqrt();
        Tensor scale = optimizer.clip() == 0 ? Tensor.scalar(1) : Tensor.scalar(optimizer.clip()).div(norm.add(1e-6f)).min(Tensor.scalar(1));
        var rates = new Optimizer.Rates(Tensor.input(LEARNING_RATE, DType.FLOAT32), Tensor.input(STEP, DType.FLOAT32), scale);
        gradients.forEach((name, gradient) -> {
            Variable parameter = parameters.get(name);
            List<Variable> state = moments.get(name);
            var update = optimizer.update(parameter.tensor(), gradient, state.stream().map(Variable::tensor).toList(), rates);
            builder.update(parameter, update.parameter());
            for (int i = 0; i < state.size(); i++) builder.update(state.get(i), update.moments().get(i));
        });
        builder.output(Recording.NORM, norm);
    }

    /** Runs a program that updates the parameters; returns the gradient norm. */
    float run(Program program, float learningRate) {
        if (program.has(LEARNING_RATE)) program.set(LEARNING_RATE, learningRate);
        if (program.has(STEP)) program.set(STEP, steps + 1f);
        program.run();
        steps++;
        float norm = program.item(Recording.NORM);
        if (!Float.isFinite(norm))
            throw new TensorException("training: the gradient norm of step " + steps + " is " + norm
                    + "; restore the last checkpoint and lower the learning rate or look for non-finite inputs");
        return norm;
    }

    void accumulatedOnce() {
        pending++;
    }

    /** Optimizer steps taken. */
    public long steps() {
        return steps;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /** The trained parameters by name. */
    public Map<String, Variable> parameters() {
        return parameters;
    }

    Executor executor() {
        return executor;
    }

    /** A copy of parameters, moments and step count, with the rest of the run's state; its own step is replaced. */
    public Checkpoint checkpoint(TrainingState run) {
        if (pending > 0) throw new TensorException("training: " + pending + " accumulated passes are not applied; a checkpoint is taken after apply()");
        return new Checkpoint(TrainingTensors.of(parameters), TrainingTensors.of(momentsByName()),
                new TrainingState(steps, run.seed(), run.counters(), run.dataPositions(), run.config()));
    }

    /** Saves {@link #checkpoint} to a folder. */
    public void save(CheckpointFolder folder, TrainingState run) throws IOException {
        folder.save(checkpoint(run));
    }

    /** Takes over a checkpoint; its names and shapes must be exactly this training's. Training then goes on as if it had never stopped, bit for bit. */
    public void restore(Checkpoint checkpoint) {
        ParameterValues.assign("the optimizer's state", momentsByName(), checkpoint.optimizer().keySet(), name -> TrainingTensors.of(checkpoint.optimizer().get(name)));
        ParameterValues.assign("the trained parameters", parameters, checkpoint.model().keySet(), name -> TrainingTensors.of(checkpoint.model().get(name)));
        accumulated.values().forEach(sum -> Arrays.fill(sum.buffer().floats(), 0));
        pending = 0;
        steps = checkpoint.state().step();
    }

    /** Loads a folder and takes it over; returns the rest of the run's state. */
    public TrainingState restore(CheckpointFolder folder) throws IOException {
        Checkpoint checkpoint = folder.load();
        restore(checkpoint);
        return checkpoint.state();
    }

    private Map<String, Variable> momentsByName() {
        Map<String, Variable> named = new LinkedHashMap<>();
        moments.forEach((name, variables) -> variables.forEach(variable -> named.put(variable.name(), variable)));
        return named;
    }

    /** Releases the program of {@link #apply}; compiled steps are closed by their owners. */
    @Override
    public void close() {
        if (apply != null) apply.close();
    }
}
