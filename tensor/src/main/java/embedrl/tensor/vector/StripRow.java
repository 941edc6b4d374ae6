package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.STRIP;

import embedrl.tensor.DType;

/** C[1, n] = A[1, k] B[n, k]ᵀ for weights of 8 or 4 bits that are kept packed: decoding one sequence. */
final class StripRow extends ThinProduct {
    private final PackedNarrow b;
    // By which the shifts of a block are multiplied: the sum of x in the block. Numbers of Q4_0 are 8 too large, and of Q8_0 128: that sum times so much, with the scales as shifts, reads
    // no second line from memory.
    private float[] factors;
    private float[] scaled; // A as numbers in ints want it: StripDots.scale

    StripRow(WorkPool pool, float[] a, int ao, PackedNarrow b, float[] c, int co, Epilogue epilogue) {
        super(pool, 1, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        factors = new float[b.k / BLOCK];
        scaled = PackedNarrow.WORDS ? new float[b.k] : null;
    }

    @Override
    boolean isLike(ThinProduct other) {
        return super.isLike(other) && b.type == ((StripRow) other).b.type;
    }

    @Override
    int parts() {
        return Math.min((b.strips() + 1) / 2, 4 * pool.threads());
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        if (like != null) {
            factors = ((StripRow) like).factors;
            scaled = ((StripRow) like).scaled;
            return;
        }
        if (PackedNarrow.WORDS) {
            StripDots.scale(a, ao, scaled, k, b.type == DType.Q8_0);
        }
        NarrowDots.blockSums(a, ao, factors, k);
        float offset = b.type == DType.Q4_0 ? -8 : -PackedNarrow.OFFSET;
        for (int i = 0; i < factors.length && b.type != DType.Q4_1; i++) {
            factors[i] *= offset;
        }
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(b.strips(), parts, part);
        int end = Gemm.start(b.strips(), parts, part + 1);
        if (from == end) {
            return;
        }
        int half = (end - from + 1) / 2;
        for (int s = from; s < from + half; s++) {
            pair(s, s + half < end ? s + half : s);
        }
        epilogue.apply(0, 1, from * STRIP, Math.min(n, end * STRIP) - from * STRIP);
    }

    private void pair(int s, int t) {
        float[] lanes = Scratch.own().chunk;
        float[] shifts = b.type == DType.Q4_0 ? b.scales : b.shifts;
        if (b.type == DType.Q8_0) {
            StripDots.q8Words(scaled, factors, b.bytes, b.start(s), b.start(t), b.scales, b.scale(s, 0), b.scale(t, 0), factors.length, lanes);
        } else if (PackedNarrow.WORDS) {
            StripDots.q4Words(scaled, factors, b.bytes, b.start(s), b.scales, shifts, b.scale(s, 0), factors.length, lanes, 0);
            StripDots.q4Words(scaled, factors, b.bytes, b.start(t), b.scales, shifts, b.scale(t, 0), factors.length, lanes, STRIP);
        } else {
            StripDots.q4(a, ao, factors, b.bytes, b.start(s), b.start(t), b.scales, shifts, b.scale(s, 0), b.scale(t, 0), factors.length, lanes);
        }
        System.arraycopy(lanes, 0, c, co + s * STRIP, Math.min(STRIP, n - s * STRIP));
        System.arraycopy(lanes, STRIP, c, co + t * STRIP, Math.min(STRIP, n - t * STRIP));
    }
}
