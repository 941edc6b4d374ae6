package embedrl.models.tokenizer;

import java.util.Arrays;

/** Collects the tokens of one text and where they lie. */
final class EncodingBuilder {
    private int[] ids = new int[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private final OffsetTrim trim;
    private int length;

    EncodingBuilder() {
        this(OffsetTrim.NONE);
    }

    EncodingBuilder(OffsetTrim trim) {
        this.trim = trim;
    }

    /** Adds a token, written as in the vocabulary or, if it is an added one, as it stands in the text. */
    void add(int id, String token, int start, int end) {
        int[] range = trim.apply(token, start, end, length == 0);
        add(id, range[0], range[1]);
    }

    /** Adds a token with its range. */
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
