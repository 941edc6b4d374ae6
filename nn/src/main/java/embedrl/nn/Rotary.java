package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.stream.IntStream;

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

    /** Angles of the positions 0 … T−1, the same in each row, as constants: for sequences that all begin at their first token. */
    public static Rotary sequence(int batch, int tokens, int headWidth, double theta) {
        RotaryAngles angles = RotaryAngles.of(IntStream.range(0, tokens).toArray(), RotaryAngles.frequencies(headWidth, theta));
        Shape row = Shape.of(1, tokens, headWidth / 2);
        return new Rotary(Tensor.of(row, angles.cos()).broadcastTo(row.with(0, batch)), Tensor.of(row, angles.sin()).broadcastTo(row.with(0, batch)));
    }

    /** Heads turned by the angles: x [B, T, H, d] → the same. */
    public Tensor apply(Tensor x) {
        return Tensor.of(new RowOp.Rotary(x, cos, sin, false), 0);
    }
}
