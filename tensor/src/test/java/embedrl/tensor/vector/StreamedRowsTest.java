package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with weights read in place equal packed tiles bit for bit, touch nothing else, and do not depend on the threads. */
class StreamedRowsTest {
    private static final int BORDER = 5;

    @ParameterizedTest
    @CsvSource({"17, 8, 8", "31, 40, 24", "32, 96, 100", "33, 13, 77", "40, 9, 384", "48, 57, 65", "64, 128, 384", "64, 1001, 120", "96, 70, 768", "32, 61, 769",
        "20, 134, 1536", "18, 38, 2305"})
    void equalsThePackedProduct(int m, int n, int k) {
        float[] a = values(1, m * k + BORDER);
        float[] b = values(2, n * k + BORDER);
        float[] expected = values(3, m * n + 2 * BORDER);
        float[] actual = expected.clone();
        Gemm.gemm(WorkPool.INLINE, m, n, k, a, BORDER, k, 1, b, BORDER, 1, k, expected, BORDER, n, false);

        new StreamedRows(m, n, k).run(WorkPool.INLINE, a, BORDER, b, BORDER, actual, BORDER, Epilogue.NONE);

        assertThat(actual).containsExactly(expected);
    }

    @Test
    void threadsDoNotChangeTheResultAndTheEpilogueSeesEachElementOnce() {
        int m = 64;
        int n = 1543;
        int k = 200;
        float[] a = values(4, m * k);
        float[] b = values(5, n * k);
        float[] alone = new float[m * n];
        float[] shared = new float[m * n];
        List<int[]> blocks = new ArrayList<>();
        Epilogue notes = (row, rows, column, columns) -> {
            synchronized (blocks) {
                blocks.add(new int[] {row, rows, column, columns});
            }
        };

        new StreamedRows(m, n, k).run(WorkPool.INLINE, a, 0, b, 0, alone, 0, Epilogue.NONE);
        try (WorkPool pool = new WorkPool(3)) {
            new StreamedRows(m, n, k).run(pool, a, 0, b, 0, shared, 0, notes);
        }

        assertThat(shared).containsExactly(alone);
        int[] seen = new int[m * n];
        for (int[] block : blocks)
            for (int i = block[0]; i < block[0] + block[1]; i++) Arrays.fill(seen, i * n + block[2], i * n + block[2] + block[3], seen[i * n + block[2]] + 1);
        assertThat(seen).containsOnly(1);
        assertThat(blocks.size()).isGreaterThan(1);
    }

    @Test
    void fitsOnlyWhatItIsFasterFor() {
        assertThat(StreamedRows.fits(64, 384, 384)).isTrue();
        assertThat(StreamedRows.fits(97, 384, 384)).isFalse();
        assertThat(StreamedRows.fits(64, 384, 1536)).isFalse();
        assertThat(StreamedRows.fits(32, 384, 1536)).isTrue();
    }

    private static float[] values(int name, int count) {
        Seed seed = Seed.of(7).split(name);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) seed.uniform(i) - 0.5f;
        return values;
    }
}
