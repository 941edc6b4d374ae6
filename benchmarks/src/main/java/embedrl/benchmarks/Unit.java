package embedrl.benchmarks;

/** What a figure counts, and whether more of it is better. */
enum Unit {
    TOKENS_PER_SECOND("tokens/s", true),
    TEXTS_PER_SECOND("texts/s", true),
    GFLOPS("GFLOP/s", true),
    GIGABYTES_PER_SECOND("GB/s", true),
    SECONDS_PER_STEP("s/step", false),
    BYTES("bytes", false),
    BYTES_PER_STEP("bytes/step", false);

    private final String text;
    private final boolean moreIsBetter;

    Unit(String text, boolean moreIsBetter) {
        this.text = text;
        this.moreIsBetter = moreIsBetter;
    }

    /** Above 1 where ours is better. */
    double ratio(double ours, double theirs) {
        return moreIsBetter ? ours / theirs : theirs / ours;
    }

    @Override
    public String toString() {
        return text;
    }
}
