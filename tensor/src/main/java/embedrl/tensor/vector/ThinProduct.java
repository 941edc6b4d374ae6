package embedrl.tensor.vector;

/** C[m, n] = A[m, k] B[n, k]ᵀ, mostly for a few rows and bound by the memory that B comes from, in parts that may run at once: a part is a share of B's rows, which are C's columns. */
abstract sealed class ThinProduct implements Runnable permits AheadRows, FewRows, NarrowRows, PackedRows, StreamRows, StripRow, WideRows {
    final WorkPool pool;
    final int m;
    final int n;
    final int k;
    final float[] a;
    final int ao;
    final float[] c;
    final int co;
    final Epilogue epilogue;

    /** A and C lie dense, from ao and co on. The epilogue sees each element of C once, after its sum is complete. */
    ThinProduct(WorkPool pool, int m, int n, int k, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        this.pool = pool;
        this.m = m;
        this.n = n;
        this.k = k;
        this.a = a;
        this.ao = ao;
        this.c = c;
        this.co = co;
        this.epilogue = epilogue;
    }

    /** How many parts are best for this product alone. */
    abstract int parts();

    /** Prepares a run: brings weights up to date, and lays A out as the parts read it. {@code like}: a product with the same A that has just begun and has done so, or null. */
    abstract void begin(ThinProduct like);

    /** Computes one of {@code parts} parts and applies the epilogue to it. Products with as many columns are cut alike by the same class for the same type of weights. */
    abstract void run(int part, int parts);

    /** Whether this can begin as the other has, and is cut as it is where both have as many columns. */
    boolean isLike(ThinProduct other) {
        return getClass() == other.getClass() && a == other.a && ao == other.ao && m == other.m && k == other.k;
    }

    @Override
    public final void run() {
        begin(null);
        int parts = parts();
        pool.run(parts, part -> run(part, parts));
    }
}
