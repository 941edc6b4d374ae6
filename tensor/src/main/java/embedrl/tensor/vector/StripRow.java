package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.STRIP;

import embedrl.tensor.DType;

/** C[1, n] = A[1, k] B[n, k]ᵀ for weights of 4 bits that are kept packed: decoding one sequence. */
final class StripRow {
    private static final int BLOCK = 32;

    private final PackedNarrow b;
    private final float[] blockSums;
    private final float[] less;   // what a block of numbers is too large by, as a multiple of its scale

    StripRow(PackedNarrow b) {
        this.b = b;
        blockSums = new float[b.k / BLOCK];
        less = new float[b.k / BLOCK];
    }

    void run(WorkPool pool, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        b.refresh(pool);
        NarrowDots.blockSums(a, ao, blockSums, b.k);
        for (int n = 0; n < less.length && b.type == DType.Q4_0; n++) {
            less[n] = 8 * blockSums[n];
        }
        int strips = (b.n + STRIP - 1) / STRIP;
        int parts = Math.min((strips + 1) / 2, 4 * pool.threads());
        pool.run(parts, part -> {
            int from = (int) ((long) strips * part / parts);
            int end = (int) ((long) strips * (part + 1) / parts);
            int half = (end - from + 1) / 2;
            for (int s = from; s < from + half; s++) {
                pair(a, ao, s, s + half < end ? s + half : s, c, co);
            }
            epilogue.apply(0, 1, from * STRIP, Math.min(b.n, end * STRIP) - from * STRIP);
        });
    }

    private void pair(float[] a, int ao, int s, int t, float[] c, int co) {
        float[] lanes = Scratch.own().chunk;
        StripDots.q4(a, ao, less, b.bytes, b.start(s), b.start(t), b.scales, b.scale(s, 0), b.scale(t, 0), less.length, lanes);
        if (b.type == DType.Q4_1) {
            StripDots.shift(blockSums, b.shifts, b.scale(s, 0), less.length, lanes, 0);
            StripDots.shift(blockSums, b.shifts, b.scale(t, 0), less.length, lanes, STRIP);
        }
        System.arraycopy(lanes, 0, c, co + s * STRIP, Math.min(STRIP, b.n - s * STRIP));
        System.arraycopy(lanes, STRIP, c, co + t * STRIP, Math.min(STRIP, b.n - t * STRIP));
    }
}
