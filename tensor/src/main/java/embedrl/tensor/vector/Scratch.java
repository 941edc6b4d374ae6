package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.W;

/** Small working arrays of one thread; they grow to what its kernels have asked for and are then used again. */
final class Scratch {
    /** Elements that a multi-pass function handles at a time, so that its passes meet in the first-level cache. */
    static final int CHUNK = 1024;

    /** Elements of one of {@link #lines}. */
    static final int LINE = 24;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    /** Between the passes of one function. */
    final float[] chunk = new float[CHUNK];

    /** Operands of the last, incomplete vector of a loop. */
    final float[] tail = new float[4 * W];

    /** The last columns of eight lines, and room for vectors to reach behind them. */
    final float[] lines = new float[8 * LINE];

    /** Registers of an elementwise chain: the array and the offset of each. */
    float[][] registers = {};

    int[] offsets = {};
    private float[] room = {};

    /** What was read only to be in the cache: written here, so that the compiler keeps the reads. */
    float fetched;

    private Scratch() {}

    /** The calling thread's own. */
    static Scratch own() {
        return OWN.get();
    }

    /** Makes room for {@code count} registers. */
    void registers(int count) {
        if (registers.length < count) {
            registers = new float[count][];
            offsets = new int[count];
        }
    }

    /** At least {@code size} elements of any contents; the next call may return the same ones. */
    float[] room(int size) {
        if (room.length < size) {
            room = new float[size];
        }
        return room;
    }
}
