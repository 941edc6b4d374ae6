package embedrl.examples.parity;

import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The token rows of an encoder case, whose padding can stand on either side, moved to the left: states go back to where the case has them. */
final class PaddedRows {
    private final int batch;
    private final int width;
    private final int[] lengths;
    private final int[] column;   // [B, T]: where a token stands in the case; −1 at padding
    private final Map<String, int[]> inputs = new LinkedHashMap<>();

    PaddedRows(CaseFile file) {
        int[] shape = file.shape("input.input_ids");
        batch = shape[0];
        width = shape[1];
        int[] ids = file.ints("input.input_ids");
        int[] mask = file.has("input.attention_mask") ? file.ints("input.attention_mask") : filled(ids.length, 1);
        int[] types = file.has("input.token_type_ids") ? file.ints("input.token_type_ids") : new int[ids.length];
        int[] places = file.has("input.position_ids") ? file.ints("input.position_ids") : null;   // [B, T], or [1, T] for all rows
        lengths = new int[batch];
        column = filled(ids.length, -1);
        int[] tokens = new int[ids.length];
        int[] segments = new int[ids.length];
        int[] positions = new int[ids.length];
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < width; t++) {
                if (mask[b * width + t] == 0) {
                    continue;
                }
                int at = b * width + lengths[b]++;
                column[at] = t;
                tokens[at] = ids[b * width + t];
                segments[at] = types[b * width + t];
                positions[at] = places == null ? t : places[(b * width + t) % places.length];
            }
        }
        inputs.put("tokens", tokens);
        inputs.put("types", segments);
        inputs.put("positions", positions);
        inputs.put("lengths", lengths);
    }

    private static int[] filled(int length, int value) {
        int[] values = new int[length];
        Arrays.fill(values, value);
        return values;
    }

    int batch() {
        return batch;
    }

    int width() {
        return width;
    }

    /** Values by the names of the program's inputs. */
    Map<String, int[]> inputs() {
        return inputs;
    }

    /** States [B, T, D] in the case's places, 0 at padding. */
    float[] padded(float[] states) {
        int depth = states.length / (batch * width);
        float[] result = new float[states.length];
        for (int at = 0; at < column.length; at++) {
            if (column[at] >= 0) {
                System.arraycopy(states, at * depth, result, (at / width * width + column[at]) * depth, depth);
            }
        }
        return result;
    }

    /** The states themselves, if every row's first place holds a token: a pooler reads that place. */
    Tensor withFirstTokens(Tensor states) {
        for (int b = 0; b < batch; b++) {
            if (lengths[b] > 0 && column[b * width] != 0) {
                throw new IllegalArgumentException("pooler_output of row " + b + " would be that of padding, which is not computed");
            }
        }
        return states;
    }
}
