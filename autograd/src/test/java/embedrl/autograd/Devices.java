package embedrl.autograd;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.ReferenceExecutor;
import java.util.ArrayList;
import java.util.List;

/** The executors that the contract is held against: every provider on the class path that can run here. */
final class Devices {
    static final Executor REFERENCE = new ReferenceExecutor();
    private static final List<Executor> FAST = open();

    private Devices() {
    }

    private static List<Executor> open() {
        List<Executor> opened = new ArrayList<>();
        for (Executors.Provider provider : Executors.providers()) if (provider.unavailable() == null) opened.add(Executors.open(provider.name(), 2));
        return List.copyOf(opened);
    }

    /** All but the reference. */
    static List<Executor> fast() {
        return FAST;
    }
}
