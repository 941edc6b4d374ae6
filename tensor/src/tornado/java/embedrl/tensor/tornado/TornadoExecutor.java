package embedrl.tensor.tornado;

import embedrl.tensor.Executable;
import embedrl.tensor.Executor;
import embedrl.tensor.Plan;
import embedrl.tensor.TensorException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Runs programs on a device through TornadoVM. Parameters, optimizer state and caches stay on the device between programs; inputs go up, and outputs come down when they
 * are read. All programs of an executor share one set of compiled kernels, so that compiling a program compiles no code.
 */
public final class TornadoExecutor implements Executor {
    private final String name;
    private final DeviceMemory memory;
    private final Residents residents;
    private final Scratch scratch;
    private final FirstRunCheck check;
    private final ReentrantLock running = new ReentrantLock();
    private TornadoExecutable last;   // whose outputs still lie among the temporaries
    private boolean closed;

    /** An executor on a device of TornadoVM; {@code checked} compares the first results of each kernel with the reference executor. */
    TornadoExecutor(String name, TornadoDevice device, Set<DeviceOption> options, boolean checked) {
        this.name = name;
        this.memory = new DeviceMemory(device, options);
        this.residents = new Residents(memory, running);
        this.scratch = new Scratch(memory);
        this.check = checked ? new FirstRunCheck(options) : null;
        memory.beforeGrowth(() -> {
            keepOutputs(null);
            residents.bringHome();
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return memory.device().describe();
    }

    @Override
    public Executable compile(Plan plan) {
        running.lock();
        try {
            if (closed) throw new TensorException("device " + name + " is closed; open it again");
            return new TornadoExecutable(plan, this);
        } finally {
            running.unlock();
        }
    }

    DeviceMemory memory() {
        return memory;
    }

    Residents residents() {
        return residents;
    }

    Scratch scratch() {
        return scratch;
    }

    /** The comparison with the reference executor, or null. */
    FirstRunCheck check() {
        return check;
    }

    ReentrantLock running() {
        return running;
    }

    /** Before a program overwrites the temporaries: the outputs of the one before come down if nobody has read them. */
    void keepOutputs(TornadoExecutable next) {
        if (last != null && last != next) last.keepOutputs();
        last = next;
    }

    /** Forgets a program that is closed. */
    void forget(TornadoExecutable program) {
        if (last == program) last = null;
    }

    /** Kernels compiled so far are compared; how many comparisons were made. */
    public String statistics() {
        return String.format(Locale.ROOT, "%d tasks run, %s", memory.device().launches(), check == null ? "first results not compared" : check.summary());
    }

    /** Tasks run so far, transfers included. */
    public long tasks() {
        return memory.device().launches();
    }

    @Override
    public void close() {
        running.lock();
        try {
            if (closed) return;
            closed = true;
            residents.bringHome();
            memory.close();
        } finally {
            running.unlock();
        }
    }
}
