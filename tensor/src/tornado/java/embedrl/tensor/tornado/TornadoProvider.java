package embedrl.tensor.tornado;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.TensorException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** Offers "tornado" and "tornado:BACKEND:DEVICE" where the JVM was started with TornadoVM and with its silent fallback off. Touches no class of TornadoVM itself. */
public final class TornadoProvider implements Executors.Provider {
    private static final String BAILOUT = "-Dtornado.recover.bailout=";

    @Override
    public String name() {
        return "tornado";
    }

    @Override
    public String unavailable() {
        if (ModuleLayer.boot().findModule("tornado.runtime").isEmpty())
            return "TornadoVM is not in this JVM; set TORNADOVM_HOME to an SDK (sdk install tornadovm 5.2.0-jdk25-opencl) and start with ./embedrl, which adds its flags";
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        String bailout = flags.stream().filter(flag -> flag.startsWith(BAILOUT)).reduce((_, last) -> last).orElse(BAILOUT + "True");
        if (!bailout.substring(BAILOUT.length()).toLowerCase(Locale.ROOT).equals("false"))
            return "TornadoVM would run kernels that it cannot compile as sequential Java, with wrong numbers, without a word; start with " + BAILOUT + "False, as ./embedrl does";
        return Devices.none();
    }

    @Override
    public Executor open(String device, int threads) {
        String reason = unavailable();
        if (reason != null) throw new TensorException("device '" + device + "' cannot be used here: " + reason);
        return Devices.open(device, true);
    }
}
