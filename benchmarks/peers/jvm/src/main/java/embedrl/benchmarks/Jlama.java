package embedrl.benchmarks;

import com.github.tjake.jlama.tensor.operations.PanamaTensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import com.github.tjake.jlama.util.MachineSpec;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;

/** Jlama in this process, with so many threads. */
record Jlama(TensorOperations operations) {
    /** Once a process, before anything else of Jlama is touched; pure: in Java alone, else with its native kernels. */
    static Jlama open(int threads, boolean pure) throws PeerMissing {
        PhysicalCoreExecutor.overrideThreadCount(threads);
        if (pure) {
            System.setProperty("jlama.force_panama_tensor_operations", "true");   // for its models, which choose themselves
            return new Jlama(new PanamaTensorOperations(MachineSpec.VECTOR_TYPE));
        }
        if (TensorOperationsProvider.get() instanceof PanamaTensorOperations) throw new PeerMissing("its native library cannot be loaded here");
        return new Jlama(TensorOperationsProvider.get());
    }

    /** For people. */
    String name() {
        return "Jlama 0.8.4, " + operations.name() + ", " + PhysicalCoreExecutor.instance.get().getCoreCount() + " threads";
    }
}
