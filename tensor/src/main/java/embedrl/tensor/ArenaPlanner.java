package embedrl.tensor;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every temporary an offset in the arena of its element type: at each level of steps the results take the first gap that is large enough, and what is
 * not read again then leaves its place free. Values that are asked for stay to the end.
 */
final class ArenaPlanner {
    /** Offsets are multiples of this many elements (a cache line of floats), and kernels may read up to the end of the last line. */
    static final int ALIGNMENT = 16;

    private final Gaps gaps = new Gaps();
    private int size;

    private ArenaPlanner() {
    }

    /** Adds places for all values that the steps write and that have none yet; returns the arena sizes in elements. */
    static Map<DType, Integer> place(List<List<Step>> levels, Set<Tensor> kept, Map<Tensor, Plan.Place> places) {
        Map<Tensor, Integer> lastTouched = new HashMap<>();
        for (int i = 0; i < levels.size(); i++) for (Tensor tensor : touched(levels.get(i))) lastTouched.put(tensor, i);
        for (Tensor tensor : kept) lastTouched.put(tensor, levels.size());
        Map<DType, ArenaPlanner> arenas = new EnumMap<>(DType.class);
        for (int i = 0; i < levels.size(); i++) {
            List<Step> level = levels.get(i);
            for (Step step : level)
                for (Tensor written : step.writes())
                    if (!places.containsKey(written))
                        places.put(written, new Plan.Place.Arena(arenas.computeIfAbsent(written.dtype(), _ -> new ArenaPlanner()).take(length(written))));
            for (Tensor touched : touched(level))
                if (lastTouched.get(touched) == i && places.get(touched) instanceof Plan.Place.Arena(int offset))
                    arenas.get(touched.dtype()).gaps.free(offset, length(touched));
        }
        Map<DType, Integer> elements = new EnumMap<>(DType.class);
        arenas.forEach((dtype, arena) -> elements.put(dtype, arena.size));
        return elements;
    }

    private static Set<Tensor> touched(List<Step> level) {
        Set<Tensor> tensors = new LinkedHashSet<>();
        for (Step step : level) {
            tensors.addAll(step.reads());
            tensors.addAll(step.writes());
        }
        return tensors;
    }

    private static int length(Tensor tensor) {
        return Math.max(ALIGNMENT, Math.ceilDiv(tensor.shape().count(), ALIGNMENT) * ALIGNMENT);
    }

    private int take(int length) {
        int best = -1;
        int least = 0;
        for (var gap : gaps.byOffset().entrySet()) {
            if (gap.getValue() >= length && (best < 0 || gap.getValue() < least)) {
                best = gap.getKey();
                least = gap.getValue();
            }
        }
        if (best < 0) {   // grow, from the last gap where it lies at the end
            int offset = gaps.takeLast(size);
            size = Math.addExact(offset, length);
            return offset;
        }
        gaps.take(best, length);
        return best;
    }
}
