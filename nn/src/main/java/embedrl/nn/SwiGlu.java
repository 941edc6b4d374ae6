package embedrl.nn;

import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/** Gated feed-forward layer: down(silu(gate(x)) · up(x)), with biases on request. Parts: gate_proj, up_proj, down_proj. Source: Shazeer 2020; Llama. */
public final class SwiGlu extends Module {
    private final Linear gate;
    private final Linear up;
    private final Linear down;

    /** Without biases. */
    public SwiGlu(int width, int hidden, Seed seed) {
        this(width, hidden, false, seed);
    }

    public SwiGlu(int width, int hidden, boolean bias, Seed seed) {
        gate = child("gate_proj", new Linear(width, hidden, bias, seed.split("gate_proj")));
        up = child("up_proj", new Linear(width, hidden, bias, seed.split("up_proj")));
        down = child("down_proj", new Linear(hidden, width, bias, seed.split("down_proj")));
    }

    /** x [..., width] → [..., width]. */
    public Tensor forward(Tensor x) {
        return down.forward(gate.forward(x).silu().mul(up.forward(x)));
    }
}
