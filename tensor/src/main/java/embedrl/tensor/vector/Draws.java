package embedrl.tensor.vector;

import embedrl.tensor.UnaryKind;

/** Draws of a column from a row of logits: see {@link embedrl.tensor.RowOp.Draw}. */
final class Draws {
    /** Columns whose exponentials are in the first-level cache together. */
    private static final int BLOCK = 1024;

    private Draws() {}

    /** A column of the n logits from {@code xo} on. Sums of blocks, in double precision, say which block holds it; only that block is looked through. */
    static int draw(float[] x, int xo, int n, float uniform) {
        float max = Reductions.maximum(x, xo, n);
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            return 0;
        }
        int blocks = (n + BLOCK - 1) / BLOCK;
        float[] room = Scratch.own().room(BLOCK + blocks);
        double total = 0;
        for (int block = 0; block < blocks; block++) {
            int count = exponentials(x, xo, n, block, max, room);
            room[BLOCK + block] = (float) Reductions.sum(room, 0, count);
            total += room[BLOCK + block];
        }
        double wanted = uniform * total;
        double before = 0;
        double reached = 0;
        int chosen = 0;
        for (int block = 0; block < blocks && reached <= wanted; block++) {
            if (room[BLOCK + block] > 0) {
                chosen = block;
                before = reached;
                reached += room[BLOCK + block];
            }
        }
        return chosen * BLOCK + within(room, exponentials(x, xo, n, chosen, max, room), wanted - before);
    }

    /** exp(x − max) of a block's columns, from the beginning of {@code room} on; how many there are. */
    private static int exponentials(float[] x, int xo, int n, int block, float max, float[] room) {
        int from = block * BLOCK;
        int count = Math.min(BLOCK, n - from);
        for (int i = 0; i < count; i++) {
            room[i] = x[xo + from + i] - max;
        }
        VectorMath.unary(UnaryKind.EXP, room, 0, room, 0, count);
        return count;
    }

    /** The first column whose sum with those before it exceeds {@code wanted}, else the last one that is not 0, for rounding may leave the block's sum below. */
    private static int within(float[] values, int count, double wanted) {
        double before = 0;
        int last = 0;
        for (int i = 0; i < count; i++) {
            if (values[i] > 0) {
                last = i;
                before += values[i];
                if (before > wanted) {
                    return i;
                }
            }
        }
        return last;
    }
}
