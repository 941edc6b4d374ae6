package embedrl.autograd;

import embedrl.tensor.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The samples of all operations: at least two of each permitted record under {@link Op} and of each elementwise function. */
final class OpSamples {
    private OpSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        samples.addAll(LeafSamples.all());
        samples.addAll(ElementwiseSamples.all());
        samples.addAll(MovementSamples.all());
        samples.addAll(ReduceSamples.all());
        samples.addAll(RowSamples.all());
        samples.addAll(ContractionSamples.all());
        samples.addAll(IndexSamples.all());
        samples.addAll(UpdateSamples.all());
        return samples;
    }

    static List<OpSample> withGradient() {
        return all().stream().filter(OpSample::hasGradient).toList();
    }

    /** The concrete records under a sealed interface. */
    static Set<Class<?>> records(Class<?> sealed) {
        Set<Class<?>> found = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isRecord()) found.add(permitted);
            else found.addAll(records(permitted));
        }
        return found;
    }
}
