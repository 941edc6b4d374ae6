package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
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

    /** How a device is called in messages: backend and the driver's own name of it. */
    static String name(TornadoDevice device) {
        return device.getPhysicalDevice().getDeviceName().strip() + " through TornadoVM " + device.getTornadoVMBackend();
    }

    /** One line per device: its name on the command line, backend, kind, memory. */
    public static List<String> list() {
        List<String> lines = new ArrayList<>();
        List<TornadoBackend> backends = TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends();
        for (int b = 0; b < backends.size(); b++) {
            List<TornadoDevice> devices = backends.get(b).getAllDevices();
            for (int d = 0; d < devices.size(); d++) {
                TornadoDevice device = devices.get(d);
                boolean processor = device.getDeviceType() == TornadoDeviceType.CPU;
                lines.add(String.format(Locale.ROOT, "%s: %s, type %s, %.1f GB of memory, at most %.1f GB in one piece%s", new DeviceName(b, d, Set.of()), name(device), device.getDeviceType(),
                        device.getMaxGlobalMemory() / 1e9, device.getMaxAllocMemory() / 1e9, processor ? "; the processor itself, to check programs: --device cpu is faster" : "") + options(device));
            }
        }
        return lines;
    }

    private static String options(TornadoDevice device) {
        List<DeviceOption> options = DeviceOption.of(device);
        return options.isEmpty() ? "" : "; options: " + String.join(", ", options.stream().map(DeviceOption::word).toList());
    }

    /** Opens a device by its name on the command line; the first results of its kernels are compared with the reference executor. */
    public static TornadoExecutor open(String text) {
        DeviceName name = DeviceName.parse(text);
        List<TornadoBackend> backends = TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends();
        if (name.backend() >= backends.size() || name.device() >= backends.get(name.backend()).getAllDevices().size())
            throw new TensorException("device '" + text + "' does not exist; there are: " + String.join("; ", list()));
        TornadoDevice device = backends.get(name.backend()).getAllDevices().get(name.device());
        for (DeviceOption option : name.options()) option.require(text, device);
        return new TornadoExecutor(text, device, name.options(), true);
    }
}
