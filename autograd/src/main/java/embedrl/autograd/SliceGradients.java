package embedrl.autograd;

import embedrl.tensor.MovementOp.Slice;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The gradients of slices of one tensor. Slices that lie side by side and make up the whole tensor, such as query, key and value of one product, become one
 * concatenation, which writes each element once; padding each with zeros and adding would move the whole tensor twice for every slice.
 */
final class SliceGradients {
    private record Part(Slice slice, Tensor gradient) {
    }

    private final Tensor x;
    private final List<Part> parts = new ArrayList<>();

    SliceGradients(Tensor x) {
        this.x = x;
    }

    void add(Slice slice, Tensor gradient) {
        parts.add(new Part(slice, gradient));
    }

    /** Gradients of the shape of x that add up to the gradient of x through these slices. */
    List<Tensor> gradients() {
        int axis = parts.getFirst().slice.axis();
        List<Part> sorted = parts.stream().sorted(Comparator.comparingInt((Part p) -> p.slice.start()).thenComparingInt(p -> p.slice.end())).toList();
        int end = 0;
        for (Part part : sorted) {
            if (part.slice.axis() != axis || part.slice.start() != end) return parts.stream().map(this::padded).toList();
            end = part.slice.end();
        }
        if (end != x.size(axis)) return parts.stream().map(this::padded).toList();
        return sorted.size() == 1 ? List.of(sorted.getFirst().gradient)
                : List.of(Tensor.concat(axis, sorted.stream().map(Part::gradient).toArray(Tensor[]::new)));
    }

    private Tensor padded(Part part) {
        Slice s = part.slice;
        return part.gradient.pad(s.axis(), s.start(), x.size(s.axis()) - s.end());
    }
}
