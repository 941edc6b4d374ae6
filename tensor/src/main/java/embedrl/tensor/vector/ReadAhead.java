package embedrl.tensor.vector;

import static embedrl.tensor.vector.AheadTiles.STEPS;
import static embedrl.tensor.vector.AheadTiles.STREAMS;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.LineTiles.LINE;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;

/**
 * One thread's share of a few rows times weights in strips that come from memory: while a strip meets the rows, the next one is read ({@link AheadTiles}). The first rows would else wait
 * for every line of the strip, and the others not read anything: reading and multiplying took turns.
 */
final class ReadAhead {
    /** Whether this is faster. Only processors of Intel were measured, whose cores wait long for memory. */
    static final boolean PAYS = W == 16 && Processor.THREE_LOADS;

    private static final ThreadLocal<ReadAhead> OWN = ThreadLocal.withInitial(ReadAhead::new);

    private final float[] tile = new float[MR * NR];
    private float[] strips;
    private int at;      // what is read next
    private int apart;   // from a stream to the next
    private int left;    // lines of each stream
    private int read;

    private ReadAhead() {}

    /** The calling thread's own. */
    static ReadAhead own() {
        return OWN.get();
    }

    /** The products to come multiply with these strips, and the first of them with {@code count} elements from {@code from} on: reads them now, for none was read ahead. */
    void begin(float[] strips, int from, int count) {
        this.strips = strips;
        next(from, count);
        int sum = 0;
        for (; left > 0; left--, at += W) {
            for (int s = 0; s < STREAMS; s++) {
                sum += Float.floatToRawIntBits(strips[at + s * apart]);
            }
        }
        read = sum;
    }

    /** What the next product reads ahead: {@code count} elements from {@code from} on. */
    void next(int from, int count) {
        at = from;
        apart = count / STREAMS;
        left = apart / W;
    }

    /** Lets go of the strips. */
    void end() {
        strips = null;
        Scratch.own().fetched = read;
    }

    /** C (+)= m lines from {@code ao} on times {@code cols} columns of the strip at {@code bo}. */
    void times(int m, int cols, int kc, float[] lines, int ao, int bo, float[] c, int co, int ldc, boolean accumulate) {
        int whole = kc / STEPS * STEPS;
        for (int i = 0; i < m; i += MR) {
            int rows = Math.min(MR, m - i);
            boolean inPlace = rows == MR && cols == NR && !accumulate;
            int to = co + i * ldc;
            float[] out = inPlace ? c : tile;
            int first = inPlace ? to : 0;
            int stride = inPlace ? ldc : NR;
            tile(whole, lines, ao + i * LINE, bo, out, first, stride);
            if (whole < kc) {
                rest(rows, kc - whole, lines, ao + i * LINE + whole, bo + whole * NR, out, first, stride);
            }
            if (!inPlace) {
                BlockProduct.flush(tile, 0, NR, rows, cols, c, to, ldc, accumulate);
            }
        }
    }

    /** The last few steps of a tile's chains, so that its sums are those of any other tile. */
    private void rest(int rows, int steps, float[] lines, int ao, int bo, float[] c, int co, int cs) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < NR; j += W) {
                FloatVector sum = FloatVector.fromArray(F, c, co + i * cs + j);
                for (int p = 0; p < steps; p++) {
                    sum = FloatVector.broadcast(F, lines[ao + i * LINE + p]).fma(FloatVector.fromArray(F, strips, bo + p * NR + j), sum);
                }
                sum.intoArray(c, co + i * cs + j);
            }
        }
    }

    /** Six lines times a strip, reading ahead as long as there is something to read. */
    private void tile(int kc, float[] lines, int ao, int bo, float[] c, int co, int cs) {
        int turns = kc / STEPS;
        if (left == 0 || apart < turns * W) {
            RowTiles.tile(MR, NR, lines, ao, LINE, strips, bo, NR, kc, c, co, cs);
            return;
        }
        int from = at - Math.max(0, turns - left) * W;   // rather once more what was read than what lies behind it
        read += AheadTiles.tile(lines, ao, strips, bo, kc, c, co, cs, from, apart);
        at += turns * W;
        left = Math.max(0, left - turns);
    }
}
