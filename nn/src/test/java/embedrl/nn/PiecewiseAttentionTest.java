package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.nn.PiecewiseAttention.Piece;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two beginnings of 3 tokens, then three sequences of 2 tokens that go on from them, then one sequence of 4 alone: against each sequence computed by itself. */
class PiecewiseAttentionTest {
    private static final int HEADS = 4;
    private static final int KEY_HEADS = 2;
    private static final int WIDTH = 8;
    private static final int N = 2 * 3 + 3 * 2 + 4;
    private static final PiecewiseAttention PIECES = new PiecewiseAttention(List.of(new Piece(2, 3, lengths(3, 3)),
            new Piece(3, 2, lengths(5, 4, 5), 0, lengths(1, 0, 1)), new Piece(1, 4, lengths(4))));

    private static Tensor lengths(int... values) {
        return Tensor.ofInts(Shape.of(values.length), values);
    }

    private static float[] random(String name, int heads) {
        float[] values = new float[N * heads * WIDTH];
        for (int i = 0; i < values.length; i++) values[i] = (float) Seed.of(3).split(name).normal(i);
        return values;
    }

    /** Tokens of a row, one range after another, as one sequence. */
    private static Tensor tokens(float[] row, int heads, int[]... ranges) {
        float[] picked = new float[0];
        for (int[] range : ranges) {
            float[] part = Arrays.copyOfRange(row, range[0] * heads * WIDTH, range[1] * heads * WIDTH);
            picked = Arrays.copyOf(picked, picked.length + part.length);
            System.arraycopy(part, 0, picked, picked.length - part.length, part.length);
        }
        return Tensor.of(Shape.of(1, picked.length / heads / WIDTH, heads, WIDTH), picked);
    }

    private static float[] run(Tensor y) {
        try (Program program = Program.builder().output("y", y).compile(Executors.standard())) {
            program.run();
            return program.read("y").floats();
        }
    }

    @Test
    void everySequenceAttendsAsIfItWereAlone() {
        float[] q = random("q", HEADS);
        float[] k = random("k", KEY_HEADS);
        float[] v = random("v", KEY_HEADS);
        Tensor y = PIECES.attend(tokens(q, HEADS, new int[] {0, N}), tokens(k, KEY_HEADS, new int[] {0, N}), tokens(v, KEY_HEADS, new int[] {0, N}), null, 0.5f, true);
        assertThat(y.shape()).isEqualTo(Shape.of(1, N, HEADS, WIDTH));
        float[] all = run(y);
        int[][][] sequences = {{{0, 3}}, {{3, 6}}, {{3, 6}, {6, 8}}, {{0, 3}, {8, 10}}, {{3, 6}, {10, 12}}, {{12, 16}}};   // key ranges; queries are the last one
        int[] counted = {3, 3, 5, 4, 5, 4};
        for (int s = 0; s < sequences.length; s++) {
            int[] own = sequences[s][sequences[s].length - 1];
            float[] expected = run(AttentionContext.attention(tokens(q, HEADS, own), tokens(k, KEY_HEADS, sequences[s]), tokens(v, KEY_HEADS, sequences[s]),
                    lengths(counted[s]), 0.5f, true));
            assertThat(Arrays.copyOfRange(all, own[0] * HEADS * WIDTH, own[1] * HEADS * WIDTH)).as("sequence %s", s).containsExactly(expected, within(1e-5f));
        }
    }

    @Test
    void aPieceGoesOnFromAnEarlierOneOnly() {
        assertThatThrownBy(() -> new PiecewiseAttention(List.of(new Piece(1, 2, lengths(2), 0, lengths(0))))).hasMessageContaining("earlier piece only, got 0");
    }

    @Test
    void anotherRowIsAnError() {
        Tensor q = Tensor.zeros(Shape.of(1, N - 1, HEADS, WIDTH));
        Tensor k = Tensor.zeros(Shape.of(1, N - 1, KEY_HEADS, WIDTH));
        assertThatThrownBy(() -> PIECES.attend(q, k, k, null, 1, true)).hasMessage("piecewise attention: the pieces are a row of 1 × 16 tokens, got [1, 15, 4, 8]");
    }
}
