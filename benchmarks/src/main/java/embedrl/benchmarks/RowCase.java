package embedrl.benchmarks;

import java.util.Arrays;

/** Operations whose time is their memory traffic: on arrays far beyond the caches, held against the bandwidth, or on 256 rows of 512 that caches hold, against PyTorch. */
enum RowCase {
    ADD("add", 1 << 15, 12), ADAMW("AdamW", 1 << 15, 28), SOFTMAX("softmax", 256, 8), LAYER_NORM("layer norm", 256, 8), RMS_NORM("RMS norm", 256, 8), SILU("SiLU", 256, 8),
    GELU("GELU", 256, 8);

    static final int COLUMNS = 512;
    static final float EPSILON = 1e-5f;

    private final String title;
    private final int rows;
    private final int bytesPerElement;

    RowCase(String title, int rows, int bytesPerElement) {
        this.title = title;
        this.rows = rows;
        this.bytesPerElement = bytesPerElement;
    }

    /** What it is compared with. */
    String peer() {
        return rows > 256 ? "floor" : "pytorch";
    }

    int rows() {
        return rows;
    }

    int elements() {
        return rows * COLUMNS;
    }

    /** Read and written. */
    double bytes() {
        return (double) bytesPerElement * elements();
    }

    static RowCase named(String name) {
        return Arrays.stream(values()).filter(c -> c.toString().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException("rows: no case '" + name + "'"));
    }

    @Override
    public String toString() {
        return title + " " + rows + "x" + COLUMNS + (rows > 256 ? " in memory" : " in cache");
    }
}
