package embedrl.tensor;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The scratch memory of one host executor, shared by all of its programs: they run one at a time, and nothing in it outlives a run. So many compiled
 * programs (one per batch shape, say) cost little more memory than the largest. A program keeps the arrays that it was bound to; a larger program gets
 * larger ones, and later programs share those.
 */
final class Arena {
    /**
     * The first element in use: element 12 of an array that begins at a multiple of 64 bytes, behind a header of 16, begins a cache line. So do then all values, since
     * their offsets are multiples of {@link ArenaPlanner#ALIGNMENT}. The launchers ask the JVM to place objects so; elsewhere this only wastes a few bytes.
     */
    static final int FIRST = 12;

    private final Map<DType, Object> arrays = new EnumMap<>(DType.class);
    private final Map<DType, Integer> sizes = new EnumMap<>(DType.class);
    private final ReentrantLock running = new ReentrantLock();

    /** The present array of an element type, at least this long. */
    synchronized Object array(DType dtype, int elements) {
        int present = sizes.getOrDefault(dtype, -1);
        if (present < elements) {   // slack only on growth: many shapes follow each other, a single program needs none
            int grown = present < 0 ? elements : (int) Math.min(Integer.MAX_VALUE - 64L, elements + elements / 4L);
            arrays.put(dtype, switch (dtype) {
                case FLOAT32 -> new float[grown];
                case INT32 -> new int[grown];
                case BFLOAT16, FLOAT16 -> new short[grown];
                default -> throw new IllegalStateException("arena: no operation computes " + dtype);
            });
            sizes.put(dtype, grown);
        }
        return arrays.get(dtype);
    }

    /** Held while a program runs and its outputs are copied out. */
    ReentrantLock running() {
        return running;
    }
}
