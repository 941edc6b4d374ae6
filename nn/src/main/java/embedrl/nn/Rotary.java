package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.RowOp;
import embedrl.tensor.Tensor;

/**
 * Rotary position angles in a graph, in the half-split layout. {@link RotaryAngles} computes the numbers.
 *
 * @param cos [B, T, d/2]
 * @param sin [B, T, d/2]
 */
public record Rotary(Tensor cos, Tensor sin) {
    /** Angles as two inputs named {@code name + "_cos"} and {@code name + "_sin"}. */
    public static Rotary input(String name, int batch, int tokens, int headWidth) {
        return new Rotary(Tensor.input(name + "_cos", DType.FLOAT32, batch, tokens, headWidth / 2),
                Tensor.input(name + "_sin", DType.FLOAT32, batch, tokens, headWidth / 2));
    }

    /** Heads turned by the angles: x [B, T, H, d] → the same. */
    public Tensor apply(Tensor x) {
        return Tensor.of(new RowOp.Rotary(x, cos, sin, false), 0);
    }
}
