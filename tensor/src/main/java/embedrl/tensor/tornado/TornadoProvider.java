package embedrl.tensor.tornado;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.TensorException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;

/**
 * Offers "tornado" and "tornado:BACKEND:DEVICE" where this build has the kernels and the JVM was started with TornadoVM and with its silent fallback off. Touches no class
 * of TornadoVM itself, so that it can say what is missing.
 */
public final class TornadoProvider implements Executors.Provider {
    /** Compiled only where an SDK is present; its static methods are called by name. */
    private static final String DEVICES = "embedrl.tensor.tornado.Devices";

    private static final String BAILOUT = "-Dtornado.recover.bailout=";
    private static final String NATIVE = "-Dtornado.enable.nativeFunctions=";

    @Override
    public String name() {
        return "tornado";
    }

    @Override
    public String unavailable() {
        if (devices() == null || ModuleLayer.boot().findModule("tornado.runtime").isEmpty())
            return "TornadoVM is not in this JVM; install an SDK (sdk install tornadovm 5.2.0-jdk25-opencl), set TORNADOVM_HOME to its folder, and start with ./embedrl, which builds "
                    + "the kernels and adds its flags";
        if (!isOff(BAILOUT))
            return "TornadoVM would run kernels that it cannot compile as sequential Java, with wrong numbers, without a word; start with " + BAILOUT + "False, as ./embedrl does";
        if (!isOff(NATIVE))
            return "TornadoVM would take functions of unspecified precision, such as sines that are wrong for large numbers; start with " + NATIVE + "False, as ./embedrl does";
        return (String) call("none");
    }

    /** Whether the last of the JVM's options of that name, on by default, switches it off. */
    private static boolean isOff(String option) {
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        String last = options.stream().filter(given -> given.startsWith(option)).reduce((_, later) -> later).orElse(option + "True");
        return last.substring(option.length()).toLowerCase(Locale.ROOT).equals("false");
    }

    @Override
    public Executor open(String device, int threads) {
        String reason = unavailable();
        if (reason != null) throw new TensorException("device '" + device + "' cannot be used here: " + reason);
        return (Executor) call("open", device);
    }

    /** One line per device that TornadoVM finds: name on the command line, backend, kind, memory. Only where {@link #unavailable} is null. */
    public List<String> list() {
        return ((List<?>) call("list")).stream().map(String.class::cast).toList();
    }

    private static Class<?> devices() {
        try {
            return Class.forName(DEVICES, false, TornadoProvider.class.getClassLoader());
        } catch (ClassNotFoundException _) {
            return null;   // this build was made without an SDK
        }
    }

    private static Object call(String method, String... arguments) {
        Class<?>[] types = new Class<?>[arguments.length];
        java.util.Arrays.fill(types, String.class);
        try {
            return devices().getMethod(method, types).invoke(null, (Object[]) arguments);
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof RuntimeException cause) throw cause;
            if (failure.getCause() instanceof Error cause) throw cause;
            throw new IllegalStateException(failure.getCause());
        } catch (NoSuchMethodException | IllegalAccessException broken) {
            throw new IllegalStateException("tornado: the build is not whole; run mvn clean", broken);
        }
    }
}
