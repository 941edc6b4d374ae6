package embedrl.benchmarks;

import embedrl.tensor.Buffer;
import embedrl.tensor.Executable;
import embedrl.tensor.Executor;
import embedrl.tensor.HostExecutable;
import embedrl.tensor.Plan;
import embedrl.tensor.Tensor;
import java.util.Set;
import java.util.function.IntConsumer;

/** An executor that tells a clock of every run of the programs of reinforcement; all else is another's. */
record ClockedExecutor(Executor inner, PhaseClock clock) implements Executor {
    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public String description() {
        return inner.description();
    }

    @Override
    public boolean fusesProducts() {
        return inner.fusesProducts();
    }

    /** Which phase a program belongs to, told by what it reads and computes. */
    static Phase phase(Plan plan) {
        Set<String> outputs = plan.outputs().keySet();
        if (plan.inputs().containsKey("starts")) return Phase.DECODE;
        if (outputs.contains("logits")) return Phase.PREFILL;
        if (outputs.contains("vectors")) return Phase.REWARD;
        if (outputs.contains("log_probabilities")) return Phase.REFERENCE;
        return outputs.isEmpty() ? Phase.PREFILL : Phase.UPDATE;   // without outputs: copies of cache rows
    }

    @Override
    public Executable compile(Plan plan) {
        Executable program = inner.compile(plan);
        Phase phase = phase(plan);
        clock.compiled();
        return new Executable() {
            @Override
            public void write(String input, Buffer values) {
                program.write(input, values);
            }

            @Override
            public void run() {
                clock.run(phase, (HostExecutable) program);
            }

            @Override
            public void read(Tensor output, Buffer into) {
                program.read(output, into);
            }

            @Override
            public void close() {
                program.close();
            }
        };
    }

    @Override
    public void share(int count, IntConsumer piece) {
        inner.share(count, piece);
    }

    /** Closes nothing: the other executor is its owner's. */
    @Override
    public void close() {
    }
}
