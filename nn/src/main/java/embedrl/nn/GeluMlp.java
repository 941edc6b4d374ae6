package embedrl.nn;

import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/** Feed-forward layer with one GELU between two affine maps. Parts: linear_fc1, linear_fc2, as in Qwen3-VL's vision tower and mergers. */
public final class GeluMlp extends Module {
    /** Which GELU: x·Φ(x), or its tanh approximation. Source: Hendrycks and Gimpel 2016. */
    public enum Gelu { EXACT, TANH }

    private final Gelu gelu;
    private final Linear first;
    private final Linear second;

    public GeluMlp(int width, int hidden, int out, Gelu gelu, Seed seed) {
        this.gelu = gelu;
        first = child("linear_fc1", new Linear(width, hidden, true, seed.split("linear_fc1")));
        second = child("linear_fc2", new Linear(hidden, out, true, seed.split("linear_fc2")));
    }

    /** x [..., width] → [..., out]. */
    public Tensor forward(Tensor x) {
        Tensor hidden = first.forward(x);
        return second.forward(switch (gelu) {
            case EXACT -> hidden.geluErf();
            case TANH -> hidden.geluTanh();
        });
    }
}
