package embedrl.nn;

import embedrl.tensor.Buffer;
import embedrl.tensor.HostTensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Named weights that are read one at a time, in the type in which they are stored: a checkpoint file. {@link Module#load(WeightSource, WeightType)}
 * asks for all types first and then reads each tensor once.
 */
public interface WeightSource {
    Set<String> names();

    /** Type and shape of a tensor without reading it. A stored type that {@link embedrl.tensor.DType} does not know appears as FLOAT32. */
    TensorType type(String name);

    /** The values of that type in a new buffer, which the caller keeps. */
    Buffer read(String name);

    /** The tensors of a map; reading copies. */
    static WeightSource of(Map<String, HostTensor> values) {
        return of(values, HostTensor::type, HostTensor::toBuffer);
    }

    /** Named things that have a type and can be read. */
    static <T> WeightSource of(Map<String, T> values, Function<T, TensorType> type, Function<T, Buffer> read) {
        return new WeightSource() {
            @Override
            public Set<String> names() {
                return values.keySet();
            }

            @Override
            public TensorType type(String name) {
                return type.apply(value(name));
            }

            @Override
            public Buffer read(String name) {
                return read.apply(value(name));
            }

            private T value(String name) {
                T value = values.get(name);
                if (value == null) throw new TensorException("weights: no tensor '" + name + "' among " + values.keySet());
                return value;
            }
        };
    }
}
