package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GemmTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100};
    private static final WorkPool ONE = new WorkPool(1);
    private static final WorkPool THREE = new WorkPool(3);
    private final SplittableRandom random = new SplittableRandom(1);

    @AfterAll
    static void close() {
        ONE.close();
        THREE.close();
    }

    /** Operands of one product in arrays with offsets, padding and a guard; every method runs against a double-precision loop. */
    private final class Case {
        final int m;
        final int n;
        final int k;
        final int ars;
        final int acs;
        final int brs;
        final int bcs;
        final int ldc;
        final float[] a;
        final float[] b;
        final float[] c;

        Case(int m, int n, int k, String layout, int pad) {
            this.m = m;
            this.n = n;
            this.k = k;
            ars = layout.charAt(0) == 'T' ? 1 : k + pad;
            acs = layout.charAt(0) == 'T' ? m + pad : 1;
            brs = layout.charAt(1) == 'T' ? 1 : n + pad;
            bcs = layout.charAt(1) == 'T' ? k + pad : 1;
            ldc = n + pad;
            a = filled(5 + (m - 1) * ars + (k - 1) * acs + 1);
            b = filled(3 + (k - 1) * brs + (n - 1) * bcs + 1);
            c = filled(2 + m * ldc + 40);
        }

        void check(WorkPool pool, boolean accumulate) {
            float[] result = c.clone();
            Gemm.gemm(pool, m, n, k, a, 5, ars, acs, b, 3, brs, bcs, result, 2, ldc, accumulate);
            float[] expected = c.clone();
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = accumulate ? c[2 + i * ldc + j] : 0;
                    for (int p = 0; p < k; p++) {
                        sum += (double) a[5 + i * ars + p * acs] * b[3 + p * brs + j * bcs];
                    }
                    assertThat((double) result[2 + i * ldc + j]).as("%d x %d x %d at %d, %d", m, n, k, i, j)
                            .isCloseTo(sum, within(2e-6 * Math.max(8, k)));
                    expected[2 + i * ldc + j] = result[2 + i * ldc + j];
                }
            }
            assertThat(result).as("elements outside of C").isEqualTo(expected);
        }
    }

    private float[] filled(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"NN", "NT", "TN", "TT"})
    void everySizeAgreesWithADoubleLoop(String layout) {
        for (int trial = 0; trial < 150; trial++) {
            int m = SIZES[random.nextInt(SIZES.length)];
            int n = SIZES[random.nextInt(SIZES.length)];
            int k = SIZES[random.nextInt(SIZES.length)];
            new Case(m, n, k, layout, random.nextInt(3)).check(trial % 2 == 0 ? ONE : THREE, random.nextBoolean());
        }
    }

    @ParameterizedTest
    @CsvSource({"257, 257, 257", "64, 96, 1300", "3, 2200, 100", "1, 257, 2048", "257, 1, 2048", "200, 2100, 33", "2, 300, 300", "77, 1029, 95",
        "100, 100, 100", "37, 66, 1001", "50, 115, 64"})
    void largeSizesAgreeWithADoubleLoop(int m, int n, int k) {
        for (String layout : new String[] {"NN", "NT", "TN", "TT"}) {
            new Case(m, n, k, layout, 0).check(THREE, true);
            new Case(m, n, k, layout, 1).check(ONE, false);
        }
    }

    @ParameterizedTest
    @CsvSource({"33, 257, 100", "257, 257, 600", "40, 530, 1100", "1, 1500, 257", "400, 2, 257", "130, 64, 130", "660, 650, 640", "270, 100, 1030", "270, 48, 2050"})
    void theNumberOfThreadsNeverChangesAResult(int m, int n, int k) {
        for (String layout : new String[] {"NN", "NT", "TN", "TT"}) {
            Case one = new Case(m, n, k, layout, 0);
            float[] expected = one.c.clone();
            Gemm.gemm(ONE, m, n, k, one.a, 5, one.ars, one.acs, one.b, 3, one.brs, one.bcs, expected, 2, one.ldc, true);
            for (int threads = 2; threads <= 7; threads++) {
                float[] result = one.c.clone();
                try (WorkPool pool = new WorkPool(threads)) {
                    Gemm.gemm(pool, m, n, k, one.a, 5, one.ars, one.acs, one.b, 3, one.brs, one.bcs, result, 2, one.ldc, true);
                }
                assertThat(result).isEqualTo(expected);
            }
        }
    }

    /** Rows of A are packed for a wide C and read in place for a narrow one; so are the columns of B for many rows and for few. */
    @ParameterizedTest
    @ValueSource(ints = {131, 1300})
    void whetherOperandsArePackedNeverChangesAResult(int k) {
        int m = 50;
        int n = 640;
        float[] a = filled(m * k);
        float[] b = filled(k * n);
        float[] whole = new float[m * n];
        Gemm.gemm(ONE, m, n, k, a, 0, k, 1, b, 0, n, 1, whole, 0, n, false);
        float[] parts = new float[m * n];
        for (int j = 0; j < n; j += 64) {
            Gemm.gemm(ONE, m, 64, k, a, 0, k, 1, b, j, n, 1, parts, j, n, false);
        }
        assertThat(parts).isEqualTo(whole);
        float[] rows = new float[m * n];
        for (int i = 0; i < m; i += 10) {
            Gemm.gemm(ONE, 10, n, k, a, i * k, k, 1, b, 0, n, 1, rows, i * n, n, false);
        }
        assertThat(rows).isEqualTo(whole);
    }

    @Test
    void batchesAreTheSameAsSingleProducts() {
        float[] a = filled(6 * 17 * 9);
        float[] b = filled(6 * 9 * 33);
        float[] batched = new float[6 * 17 * 33];
        float[] single = new float[6 * 17 * 33];
        Gemm.batched(THREE, 6, 17, 33, 9, a, 0, 17 * 9, 9, 1, b, 0, 9 * 33, 33, 1, batched, 0, 17 * 33, 33, false);
        for (int e = 0; e < 6; e++) {
            Gemm.gemm(ONE, 17, 33, 9, a, e * 17 * 9, 9, 1, b, e * 9 * 33, 33, 1, single, e * 17 * 33, 33, false);
        }
        assertThat(batched).isEqualTo(single);
    }

    @Test
    void anOperandOfStrideZeroIsBroadcast() {
        float[] a = filled(4 * 5 * 6);
        float[] b = filled(6 * 7);
        float[] c = new float[4 * 5 * 7];
        Gemm.batched(THREE, 4, 5, 7, 6, a, 0, 30, 6, 1, b, 0, 0, 7, 1, c, 0, 35, 7, false);
        float[] flat = new float[20 * 7];
        Gemm.gemm(ONE, 20, 7, 6, a, 0, 6, 1, b, 0, 7, 1, flat, 0, 7, false);
        assertThat(c).isEqualTo(flat);
    }

    @Test
    void anEmptyInnerSizeClearsOrKeeps() {
        float[] c = {1, 2, 3, 4, 5, 6};
        Gemm.gemm(ONE, 2, 2, 0, new float[0], 0, 0, 1, new float[0], 0, 2, 1, c, 0, 3, true);
        assertThat(c).containsExactly(1, 2, 3, 4, 5, 6);
        Gemm.gemm(ONE, 2, 2, 0, new float[0], 0, 0, 1, new float[0], 0, 2, 1, c, 0, 3, false);
        assertThat(c).containsExactly(0, 0, 3, 0, 0, 6);
    }

    @Test
    void infinityTimesARowThatDoesNotMeetItStaysOut() {
        float[] b = new float[5 * 33];
        Arrays.fill(b, 1);
        Arrays.fill(b, 4 * 33, 5 * 33, Float.POSITIVE_INFINITY);
        float[] c = new float[33];
        Gemm.gemm(ONE, 1, 33, 5, new float[] {1, 1, 1, 1, 2}, 0, 5, 1, b, 0, 33, 1, c, 0, 33, false);
        assertThat(c).containsOnly(Float.POSITIVE_INFINITY);
    }

    /** Rows of 128 columns or more meet in a part of the cache's sets; odd distances and few rows do not matter. */
    @ParameterizedTest
    @CsvSource({"128, 128, false", "96, 128, false", "64, 128, true", "40, 256, true", "41, 256, false", "9, 1024, true", "20, 8192, false", "130, 100, true", "2000, 129, true", "2000, 16, true"})
    void aStripWhoseRowsMeetInTheCacheIsPacked(int k, int stride, boolean inPlace) {
        assertThat(GemmBlock.spread(k, stride)).isEqualTo(inPlace);
    }

    /** A tile of each number of rows and of vectors, from a packed panel and from rows in place, for odd and even inner sizes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 40, 41})
    void tilesOfEverySizeAgreeWithADoubleLoop(int kc) {
        int high = PanelTiles.MR;
        int wide = PanelTiles.NR;
        float[] b = filled(kc * wide);
        for (int rows = 1; rows <= high; rows++) {
            float[] byRows = filled(rows * kc);
            float[] panel = new float[high * kc + 8];
            Packing.panels(byRows, 0, kc, 1, rows, kc, panel);
            for (int cols = wide; cols > 0; cols -= 5) {
                float[] fromPanel = new float[high * wide];
                float[] fromRows = new float[high * wide];
                PanelTiles.tile(rows, cols, panel, 0, b, 0, wide, kc, fromPanel, 0, wide);
                RowTiles.tile(rows, cols, byRows, 0, kc, b, 0, wide, kc, fromRows, 0, wide);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < cols; j++) {
                        double sum = 0;
                        for (int p = 0; p < kc; p++) {
                            sum += (double) byRows[i * kc + p] * b[p * wide + j];
                        }
                        assertThat((double) fromPanel[i * wide + j]).as("%d x %d at %d, %d", rows, cols, i, j).isCloseTo(sum, within(2e-6 * Math.max(8, kc)));
                        assertThat(fromRows[i * wide + j]).isEqualTo(fromPanel[i * wide + j]);
                    }
                }
            }
        }
    }

    /** Tiles of lines, which only processors with 16 vector registers use; lines of rows that do not exist are read, but come to nothing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 40, 41})
    void tilesOfLinesEqualTilesOfRows(int kc) {
        int high = PanelTiles.MR;
        int wide = 2 * Lanes.W;
        float[] b = filled(kc * wide);
        for (int rows = 1; rows <= high; rows++) {
            float[] byRows = filled(3 + rows * (kc + 2));
            float[] lines = new float[LineTiles.room(rows)];
            Arrays.fill(lines, Float.NaN);
            LineTiles.copy(byRows, 3, kc + 2, rows, kc, lines, 0);
            for (int cols = wide; cols > 0; cols -= 3) {
                float[] fromLines = new float[high * wide];
                float[] fromRows = new float[high * wide];
                LineTiles.tile(rows, cols, lines, 0, b, 0, wide, kc, fromLines, 0, wide);
                RowTiles.tile(rows, cols, byRows, 3, kc + 2, b, 0, wide, kc, fromRows, 0, wide);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < cols; j++) {
                        assertThat(fromLines[i * wide + j]).as("%d x %d at %d, %d", rows, cols, i, j).isEqualTo(fromRows[i * wide + j]);
                    }
                }
            }
        }
    }

    /** Tiles of two panels and one vector, which only some processors with 16 vector registers use. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 41})
    void tallTilesEqualTilesOfOnePanel(int kc) {
        int wide = PanelTiles.NR;
        float[] b = filled(kc * wide);
        float[] panels = filled(3 * PanelTiles.MR * kc);
        int next = 2 * PanelTiles.MR * kc;
        float[] tall = new float[TallTiles.HIGH * wide];
        float[] each = new float[TallTiles.HIGH * wide];
        for (int j = 0; j < wide; j += Lanes.W) {
            TallTiles.tile(panels, 0, next, b, j, kc, tall, j, wide);
        }
        PanelTiles.tile(PanelTiles.MR, wide, panels, 0, b, 0, wide, kc, each, 0, wide);
        PanelTiles.tile(PanelTiles.MR, wide, panels, next, b, 0, wide, kc, each, PanelTiles.MR * wide, wide);
        assertThat(tall).isEqualTo(each);
    }

    /** Lines into octets: below a block, at whole blocks, and where the last block lies over the one before. */
    @ParameterizedTest
    @CsvSource({"8,1", "8,7", "8,8", "8,9", "8,15", "8,16", "8,17", "8,100", "8,385", "6,1", "6,7", "6,8", "6,9", "6,16", "6,100", "7,23", "1,24", "3,31", "5,8"})
    void octetsAreTransposed(int lines, int kc) {
        assumeTrue(Octets.USED);
        for (int behind : new int[] {0, 8}) { // elements of the array behind the last line
            int stride = kc + 3;
            float[] from = filled(5 + (lines - 1) * stride + kc + behind);
            int step = lines == 8 || lines < 6 ? 11 : lines;
            float[] to = new float[4 + kc * step + 8];
            Octets.transpose(from, 5, stride, lines, kc, to, 4, step);
            float[] expected = to.clone();
            if (lines == 8) {
                Arrays.fill(expected, 0); // of fewer lines, columns leave rests
            }
            for (int p = 0; p < kc; p++) {
                for (int i = 0; i < lines; i++) {
                    expected[4 + p * step + i] = from[5 + i * stride + p];
                }
            }
            assertThat(to).containsExactly(expected);
        }
    }

    /** Panels hold every element of A once, in both directions, zeros where rows are missing, and touch nothing behind themselves that is in use. */
    @ParameterizedTest
    @CsvSource({"1,5", "5,9", "6,8", "6,14", "7,12", "7,15", "12,10", "12,26", "13,33", "24,64"})
    void panelsHoldEveryElement(int rows, int kc) {
        int high = PanelTiles.MR;
        float[] byRows = filled(rows * kc);
        float[] byColumns = new float[rows * kc];
        int size = (rows + high - 1) / high * high * kc;
        float[] expected = new float[size];
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < kc; p++) {
                byColumns[p * rows + i] = byRows[i * kc + p];
                expected[i / high * high * kc + p * high + i % high] = byRows[i * kc + p];
            }
        }
        for (boolean transposed : new boolean[] {false, true}) {
            float[] panels = new float[size + 8];
            Packing.panels(transposed ? byColumns : byRows, 0, transposed ? 1 : kc, transposed ? rows : 1, rows, kc, panels);
            assertThat(Arrays.copyOf(panels, size)).containsExactly(expected);
        }
    }
}
