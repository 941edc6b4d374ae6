package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.STRIP;

import embedrl.tensor.DType;

/** C[1, n] = A[1, k] B[n, k]ᵀ for weights of 4 bits that are kept packed: decoding one sequence. */
final class StripRow {
    private final PackedNarrow b;
    // By which the shifts of a block are multiplied: the sum of x in the block. Numbers of Q4_0 are 8 too large: -8 times that sum, with the scales as shifts, reads no second line from memory.
    private final float[] factors;

    StripRow(PackedNarrow b) {
        this.b = b;
        factors = new float[b.k / BLOCK];
    }

    void run(WorkPool pool, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        b.refresh(pool);
        NarrowDots.blockSums(a, ao, factors, b.k);
        for (int n = 0; n < factors.length && b.type == DType.Q4_0; n++) {
            factors[n] *= -8;
        }
        int strips = b.strips();
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
        float[] shifts = b.type == DType.Q4_0 ? b.scales : b.shifts;
        StripDots.q4(a, ao, factors, b.bytes, b.start(s), b.start(t), b.scales, shifts, b.scale(s, 0), b.scale(t, 0), factors.length, lanes);
        System.arraycopy(lanes, 0, c, co + s * STRIP, Math.min(STRIP, b.n - s * STRIP));
        System.arraycopy(lanes, STRIP, c, co + t * STRIP, Math.min(STRIP, b.n - t * STRIP));
    }
}
