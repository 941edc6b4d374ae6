package embedrl.tensor;

import java.util.List;
import java.util.stream.Stream;

/** Names of the executors that can run in this JVM: the reference, and the vector one where its module is present. */
final class Devices {
    private Devices() {
    }

    static List<String> names() {
        Stream<String> others = Executors.providers().stream().filter(p -> p.unavailable() == null).map(Executors.Provider::name);
        return Stream.concat(Stream.of("reference"), others).toList();
    }
}
