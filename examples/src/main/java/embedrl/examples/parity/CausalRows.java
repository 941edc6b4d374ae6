package embedrl.examples.parity;

import embedrl.models.decoder.LanguageModelConfig;
import embedrl.models.input.Sequence;
import embedrl.nn.RotaryAngles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The token rows of a text case, padded on either side or not at all: as sequences without padding, and back to where the case has them. */
final class CausalRows {
    private final int width;
    private final List<int[]> places = new ArrayList<>();   // of each row's tokens in the flattened case
    private final List<Sequence> sequences = new ArrayList<>();
    private final int[] positions;                          // [B, T] of the case

    CausalRows(CaseFile file) {
        width = file.shape("input.input_ids")[1];
        int[] ids = file.ints("input.input_ids");
        int[] mask = file.has("input.attention_mask") ? file.ints("input.attention_mask") : ones(ids.length);
        positions = new int[ids.length];
        for (int from = 0; from < ids.length; from += width) {
            int[] own = IntStream.range(from, from + width).filter(i -> mask[i] != 0).toArray();
            for (int t = 0; t < own.length; t++) positions[own[t]] = t;
            places.add(own);
            sequences.add(new Sequence(Arrays.stream(own).map(i -> ids[i]).toArray(), -1, List.of()));
        }
        if (file.has("input.position_ids")) System.arraycopy(file.ints("input.position_ids"), 0, positions, 0, positions.length);
    }

    private static int[] ones(int length) {
        int[] values = new int[length];
        Arrays.fill(values, 1);
        return values;
    }

    int count() {
        return sequences.size();
    }

    List<Sequence> sequences() {
        return sequences;
    }

    /** Values [B, T] of the case for a packed batch [B, tokens], a filler behind each row. */
    int[] packed(int[] values, int tokens, int filler) {
        int[] packed = new int[count() * tokens];
        Arrays.fill(packed, filler);
        for (int b = 0; b < count(); b++)
            for (int t = 0; t < places.get(b).length; t++) packed[b * tokens + t] = values[places.get(b)[t]];
        return packed;
    }

    /** The angles of the case's own positions for a packed batch [B, tokens, d/2]. */
    RotaryAngles angles(LanguageModelConfig config, int tokens) {
        int[] axis = packed(positions, tokens, 0);
        int[] axes = new int[3 * axis.length];
        for (int i = 0; i < 3; i++) System.arraycopy(axis, 0, axes, i * axis.length, axis.length);
        return config.angles(axes);
    }

    /** Results of a packed batch [B, tokens, D] in the case's places [B, T, D], 0 at padding. */
    float[] padded(float[] results, int tokens) {
        int depth = results.length / (count() * tokens);
        float[] padded = new float[count() * width * depth];
        for (int b = 0; b < count(); b++)
            for (int t = 0; t < places.get(b).length; t++) System.arraycopy(results, (b * tokens + t) * depth, padded, places.get(b)[t] * depth, depth);
        return padded;
    }

    /** Cosines or sines [B, tokens, d/2] as the case has them: [B, T, d], twice one after the other. */
    float[] rotary(float[] half, int tokens, int headDim) {
        int pairs = headDim / 2;
        float[] full = new float[2 * half.length];
        for (int row = 0; row < half.length / pairs; row++)
            for (int copy = 0; copy < 2; copy++) System.arraycopy(half, row * pairs, full, (2 * row + copy) * pairs, pairs);
        return padded(full, tokens);
    }
}
