package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What a user may ask of a device beside its defaults. */
enum DeviceOption {
    /** Matrix products round their inputs to bfloat16 and run on tensor cores; sums stay FLOAT32. */
    BF16("matrix products on tensor cores, inputs rounded to bfloat16") {
        @Override
        String refusal(TornadoDevice device) {
            if (device.getTornadoVMBackend() != TornadoVMBackendType.CUDA) return "tensor cores need TornadoVM's CUDA backend, and this device has the backend " + device.getTornadoVMBackend();
            Matcher version = CAPABILITY.matcher(String.valueOf(device.getDeviceInfo()));
            if (!version.find()) return "tensor cores need compute capability 8.0, and the device tells none";
            return Integer.parseInt(version.group(1)) >= 8 ? null : "products of bfloat16 need compute capability 8.0 or higher, and this device has " + version.group(1) + "." + version.group(2);
        }
    },
    /** Matrix products are those of NVIDIA's library; with {@link #BF16}, in its mode that may round inputs to bfloat16. */
    CUBLAS("matrix products by NVIDIA's cuBLAS") {
        @Override
        String refusal(TornadoDevice device) {
            if (device.getTornadoVMBackend() != TornadoVMBackendType.CUDA) return "cuBLAS needs TornadoVM's CUDA backend, and this device has the backend " + device.getTornadoVMBackend();
            return Cublas.find().isPresent() ? null : "libcublas.so cannot be loaded (11 to 13 fit); install cuBLAS of the CUDA toolkit and put its folder into LD_LIBRARY_PATH";
        }
    };

    private static final Pattern CAPABILITY = Pattern.compile("Device version\\s*:\\s*CUDA (\\d+)\\.(\\d+)");

    private final String meaning;

    DeviceOption(String meaning) {
        this.meaning = meaning;
    }

    /** Why a device cannot, or null when it can. */
    abstract String refusal(TornadoDevice device);

    /** How it is written behind a device's name. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<DeviceOption> named(String word) {
        return Arrays.stream(values()).filter(option -> option.word().equals(word)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(option -> option.word() + " (" + option.meaning + ")").collect(Collectors.joining(", "));
    }

    /** The options that a device offers. */
    static List<DeviceOption> of(TornadoDevice device) {
        return Arrays.stream(values()).filter(option -> option.refusal(device) == null).toList();
    }

    /** Throws where a device cannot do what the user asked for. */
    void require(String text, TornadoDevice device) {
        String refusal = refusal(device);
        if (refusal != null) throw new TensorException("device '" + text + "' cannot do " + word() + ": " + refusal + "; leave the option out, or choose another device");
    }
}
