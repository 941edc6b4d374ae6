package embedrl.benchmarks;

import java.util.List;

/** A matrix product, or a batch of them: C [m, n] = A · B over k, an operand transposed in memory where said. */
record GemmCase(String name, int batch, int m, int k, int n, boolean transposeA, boolean transposeB) {
    static final List<GemmCase> ALL = List.of(square(128), square(256), square(512), square(1024), plain(512, 384, 1536), plain(2048, 256, 256),
            new GemmCase("64 x (128x64x128)", 64, 128, 64, 128, false, false), square(2048), square(64), plain(100, 100, 100), plain(37, 129, 65),
            plain(1000, 1000, 77), new GemmCase("NT 512x384x1536", 1, 512, 384, 1536, false, true), new GemmCase("TN 384x2048x1536", 1, 384, 2048, 1536, true, false));

    private static GemmCase square(int size) {
        return plain(size, size, size);
    }

    /** Named m x k x n. */
    private static GemmCase plain(int m, int k, int n) {
        return new GemmCase(m + "x" + k + "x" + n, 1, m, k, n, false, false);
    }

    static GemmCase named(String name) {
        return ALL.stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException("gemm: no case '" + name + "'"));
    }

    double flops() {
        return 2.0 * batch * m * n * k;
    }

    /** Values in −1..1 that depend on the position alone. */
    static float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (i * 2654435761L % 2001) / 1000f - 1;
        return values;
    }
}
