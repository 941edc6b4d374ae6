package embedrl.tensor;

import java.util.List;
import java.util.ServiceLoader;

/** Finds executors by name. "reference" is always there; others are {@link Provider}s found as services. */
public final class Executors {
    private static final System.Logger LOG = System.getLogger("embedrl.tensor");

    private Executors() {
    }

    /** An executor family that may or may not run on this machine. */
    public interface Provider {
        /** Name on the command line; a family of devices may take "name:rest". */
        String name();

        /** Why it cannot run here, or null when it can. */
        String unavailable();

        /** An executor; device is the whole name as given, threads the wish of the user (0: all cores). */
        Executor open(String device, int threads);
    }

    private static final class Standard {
        static final Executor INSTANCE = openStandard();
    }

    /** The process-wide executor for {@link Tensor#eval()}: the fast one where it can run, else the reference one; one INFO line says which. */
    public static Executor standard() {
        return Standard.INSTANCE;
    }

    private static Executor openStandard() {
        for (Provider provider : providers()) {
            if (!provider.name().equals("cpu")) continue;
            String reason = provider.unavailable();
            if (reason == null) {
                Executor executor = provider.open("cpu", 0);
                LOG.log(System.Logger.Level.INFO, "executor cpu: " + executor.description());
                return executor;
            }
            LOG.log(System.Logger.Level.INFO, "executor reference (slow): cpu is not available, " + reason);
        }
        return new ReferenceExecutor();
    }

    /** Opens an executor by name ("cpu", "reference", …); throws with the known names when it is unknown or cannot run here. */
    public static Executor open(String device, int threads) {
        if (device.equals("reference")) return new ReferenceExecutor();
        String family = device.split(":", 2)[0];
        for (Provider provider : providers()) {
            if (!provider.name().equals(family)) continue;
            String reason = provider.unavailable();
            if (reason != null) throw new TensorException("device '" + device + "' cannot be used here: " + reason);
            return provider.open(device, threads);
        }
        throw new TensorException("device '" + device + "' is unknown; known are reference, "
                + String.join(", ", providers().stream().map(Provider::name).toList()));
    }

    /** All executor families beside "reference". */
    public static List<Provider> providers() {
        return ServiceLoader.load(Provider.class).stream().map(ServiceLoader.Provider::get).toList();
    }
}
