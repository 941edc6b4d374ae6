package embedrl.tensor.vector;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;

/** Offers the executor "cpu" where the JVM was started with the Vector API. Touches no class of that module itself. */
public final class VectorProvider implements Executors.Provider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String unavailable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? null
                : "the Vector API is missing; start java with --add-modules jdk.incubator.vector";
    }

    @Override
    public Executor open(String device, int threads) {
        return new VectorExecutor(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    }
}
