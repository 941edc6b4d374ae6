package embedrl.tensor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A compiled set of outputs and in-place variable updates that runs many times with new inputs: a training step, a prefill, a decode step. Values that
 * change between runs (learning rate, positions, seeds) are inputs. Not safe for use by several threads at once.
 *
 * <pre>{@code
 * Program program = Program.builder().output("loss", loss).update(weight, newWeight).compile(executor);
 * program.set("tokens", tokens).run();
 * float loss = program.item("loss");
 * }</pre>
 */
public final class Program implements AutoCloseable {
    private final Plan plan;
    private final Executable executable;
    private final String executor;
    private final Map<String, Boolean> set = new LinkedHashMap<>();
    private boolean ran;

    private Program(Plan plan, Executor executor) {
        this.plan = plan;
        this.executor = executor.name();
        this.executable = executor.compile(plan);
        for (String input : plan.inputs().keySet()) set.put(input, false);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects what a program computes. */
    public static final class Builder {
        private final Map<String, Tensor> outputs = new LinkedHashMap<>();
        private final Map<Variable, Tensor> updates = new LinkedHashMap<>();

        private Builder() {
        }

        /** A value to be read by name after each run. */
        public Builder output(String name, Tensor value) {
            Check.that(outputs.putIfAbsent(name, value) == null, "program: two outputs are named '%s'", name);
            return this;
        }

        /** The variable's value after each run; everything else in the program sees the value before it. */
        public Builder update(Variable variable, Tensor value) {
            Check.that(value.type().equals(variable.type()), "program: variable '%s' has type %s, its new value %s", variable.name(), variable.type(), value.type());
            Check.that(updates.putIfAbsent(variable, value) == null, "program: variable '%s' is updated twice", variable.name());
            return this;
        }

        public Program compile(Executor executor) {
            Check.that(!outputs.isEmpty() || !updates.isEmpty(), "program: needs at least one output or update");
            return new Program(Planner.plan(outputs, updates, executor.fusesProducts()), executor);
        }
    }

    /** Sets a FLOAT32 input (copied); the length must be the input's element count. */
    public Program set(String input, float[] values) {
        return set(input, DType.FLOAT32, values, values.length);
    }

    /** Sets an INT32 input (copied). */
    public Program set(String input, int[] values) {
        return set(input, DType.INT32, values, values.length);
    }

    /** Sets a FLOAT32 input with one element, such as a learning rate. */
    public Program set(String input, float value) {
        return set(input, new float[] {value});
    }

    private Program set(String name, DType dtype, Object values, int length) {
        LeafOp.Input input = plan.inputs().get(name);
        Check.that(input != null, "program: there is no input '%s'; the inputs are %s", name, plan.inputs().keySet());
        Check.that(input.type().dtype() == dtype && input.type().shape().count() == length, "program: input '%s' is %s (%d values), got %d values of %s",
                name, input.type(), input.type().shape().count(), length, dtype);
        executable.write(name, Buffer.over(input.type(), values, 0));
        set.put(name, true);
        return this;
    }

    /** Whether the program reads an input of this name. */
    public boolean has(String input) {
        return set.containsKey(input);
    }

    /** Runs once: computes the outputs and updates the variables. Inputs keep their values for the next run. */
    public void run() {
        if (!ran) {
            for (var entry : set.entrySet()) Check.that(entry.getValue(), "program: input '%s' was never set", entry.getKey());
        }
        ran = false;   // a run that fails leaves nothing to read
        executable.run();
        ran = true;
    }

    /** The last run's value of an output. */
    public HostTensor read(String output) {
        Tensor tensor = output(output);
        Buffer buffer = Buffer.allocate(tensor.type());
        executable.read(tensor, buffer);
        return HostTensor.copyOf(buffer);
    }

    /** Copies the last run's value of a FLOAT32 output into an array, without allocating. */
    public void read(String output, float[] into) {
        Tensor tensor = output(output);
        executable.read(tensor, Buffer.over(tensor.type(), into, 0));
    }

    /** The last run's value of an output with one element. */
    public float item(String output) {
        return read(output).item();
    }

    private Tensor output(String name) {
        Tensor tensor = plan.outputs().get(name);
        Check.that(tensor != null, "program: there is no output '%s'; the outputs are %s", name, plan.outputs().keySet());
        Check.that(ran, "program: run() comes before reading '%s'", name);
        return tensor;
    }

    public Plan plan() {
        return plan;
    }

    public Executable executable() {
        return executable;
    }

    /** What one run costs: operations, FLOPs, bytes, memory, and what was fused. */
    public String explain() {
        return Explain.text(plan, executor);
    }

    @Override
    public void close() {
        executable.close();
    }
}
