package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The devices that the TornadoVM of this JVM finds. {@link TornadoProvider} calls these methods by name. */
public final class Devices {
    private Devices() {
    }

    /** Why there is none, or null. */
    public static String none() {
        try {
            return all().isEmpty() ? "TornadoVM finds no device; install an OpenCL driver (for the processor: apt install pocl-opencl-icd) or the driver of the GPU" : null;
        } catch (TornadoRuntimeException | LinkageError failure) {
            return "TornadoVM does not start: " + failure;
        }
    }

    private static List<TornadoDevice> all() {
        List<TornadoDevice> devices = new ArrayList<>();
        for (TornadoBackend backend : TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends()) devices.addAll(backend.getAllDevices());
        return devices;
    }

    /** One line per device: its name on the command line, backend, kind, memory. */
    public static List<String> list() {
        List<String> lines = new ArrayList<>();
        List<TornadoBackend> backends = TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends();
        for (int b = 0; b < backends.size(); b++) {
            List<TornadoDevice> devices = backends.get(b).getAllDevices();
            for (int d = 0; d < devices.size(); d++) {
                TornadoDevice device = devices.get(d);
                lines.add(String.format(Locale.ROOT, "%s: %s %s, %s, %.1f GB (%.1f GB at once)", new DeviceName(b, d), device.getTornadoVMBackend(), device.getPhysicalDevice().getDeviceName().strip(),
                        device.getDeviceType(), device.getMaxGlobalMemory() / 1e9, device.getMaxAllocMemory() / 1e9));
            }
        }
        return lines;
    }

    /** Opens a device by its name on the command line; the first results of its kernels are compared with the reference executor. */
    public static TornadoExecutor open(String text) {
        DeviceName name = DeviceName.parse(text);
        List<TornadoBackend> backends = TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends();
        if (name.backend() >= backends.size() || name.device() >= backends.get(name.backend()).getAllDevices().size())
            throw new TensorException("device '" + text + "' does not exist; there are: " + String.join("; ", list()));
        return new TornadoExecutor(text, backends.get(name.backend()).getAllDevices().get(name.device()), true);
    }
}
