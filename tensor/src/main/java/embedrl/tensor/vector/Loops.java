package embedrl.tensor.vector;

/** Makes kernels that cut a range of items into parts by its size alone, so that the cut is the same for any number of threads. */
record Loops(WorkPool pool) {
    /** Elements that are worth a part of their own. */
    static final int PER_PART = 16 * 1024;

    /** The body over items from (inclusive) to (exclusive). */
    @FunctionalInterface
    interface Range {
        void run(int from, int to);
    }

    /** Runs {@code body} over {@code items} items that take about {@code weight} elements each. */
    Runnable over(int items, int weight, Range body) {
        return chunks(items, chunk(items, weight), (_, from, to) -> body.run(from, to));
    }

    /** Items per part for {@link #over}. */
    static int chunk(int items, int weight) {
        return Math.clamp(PER_PART / Math.max(1, weight), 1, Math.max(1, items));
    }

    /** The body over chunk number {@code index}. */
    @FunctionalInterface
    interface Chunk {
        void run(int index, int from, int to);
    }

    /** Runs {@code body} over chunks of {@code size} items. */
    Runnable chunks(int items, int size, Chunk body) {
        int parts = (int) (((long) items + size - 1) / size);
        WorkPool.Part part = i -> body.run(i, i * size, (int) Math.min(items, (i + 1L) * size));
        return () -> pool.run(parts, part);
    }

    /** One kernel after the other. */
    static Runnable sequence(Runnable first, Runnable second) {
        return () -> {
            first.run();
            second.run();
        };
    }
}
