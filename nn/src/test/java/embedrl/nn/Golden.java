package embedrl.nn;

import embedrl.nn.checkpoint.ElementType;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** Tensors of a reference case among the test resources. */
final class Golden {
    private final Map<String, HostTensor> tensors = new LinkedHashMap<>();

    private Golden(Path file) throws IOException {
        try (SafetensorsFile source = SafetensorsFile.open(file)) {
            for (String name : source.names()) {
                Shape shape = Shape.of(source.shape(name));
                tensors.put(name, source.entry(name).type() == ElementType.I64
                        ? HostTensor.ofInts(shape, LongStream.of(source.longs(name)).mapToInt(Math::toIntExact).toArray())
                        : HostTensor.of(shape, source.floats(name)));
            }
        }
    }

    static Golden read(String name) throws IOException, URISyntaxException {
        return new Golden(Path.of(Golden.class.getResource("/golden/losses/" + name + "/tensors.safetensors").toURI()));
    }

    HostTensor get(String name) {
        if (!tensors.containsKey(name)) throw new IllegalArgumentException("no tensor " + name + " among " + tensors.keySet());
        return tensors.get(name);
    }

    float[] floats(String name) {
        return get(name).floats();
    }

    /** Largest difference over the largest expected size. */
    static double relativeMaximum(float[] actual, float[] expected) {
        if (actual.length != expected.length) throw new IllegalArgumentException(actual.length + " values, expected " + expected.length);
        double difference = 0;
        double size = 1e-30;
        for (int i = 0; i < actual.length; i++) {
            if (!Float.isFinite(actual[i])) return Double.POSITIVE_INFINITY;
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
            size = Math.max(size, Math.abs(expected[i]));
        }
        return difference / size;
    }
}
