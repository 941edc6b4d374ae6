package embedrl.models.tokenizer;

import java.util.Arrays;

/** Collects the tokens of one text and where they lie. */
final class EncodingBuilder {
    private int[] ids = new int[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int length;

    void add(int id, int start, int end) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        ids[length] = id;
        starts[length] = start;
        ends[length++] = end;
    }

    Encoding finish() {
        return new Encoding(Arrays.copyOf(ids, length), new int[length], Arrays.copyOf(starts, length), Arrays.copyOf(ends, length));
    }
}
