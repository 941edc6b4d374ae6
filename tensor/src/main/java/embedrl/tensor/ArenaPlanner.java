package embedrl.tensor;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives every temporary an offset in the arena of its element type: at each step the results take the first gap that is large enough, and what is not
 * read again leaves its place free. Values that are asked for stay to the end.
 */
final class ArenaPlanner {
    /** Offsets are multiples of this many elements (a cache line of floats), and kernels may read up to the end of the last line. */
    static final int ALIGNMENT = 16;

    private final TreeMap<Integer, Integer> gaps = new TreeMap<>();   // offset → length
    private int size;

    private ArenaPlanner() {
    }

    /** Adds places for all values that the steps write and that have none yet; returns the arena sizes in elements. */
    static Map<DType, Integer> place(List<Step> steps, Set<Tensor> kept, Map<Tensor, Plan.Place> places) {
        Map<Tensor, Integer> lastRead = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (Tensor read : steps.get(i).reads()) lastRead.put(read, i);
            for (Tensor written : steps.get(i).writes()) lastRead.putIfAbsent(written, i);
        }
        for (Tensor tensor : kept) lastRead.put(tensor, steps.size());
        Map<DType, ArenaPlanner> arenas = new EnumMap<>(DType.class);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (Tensor written : step.writes())
                if (!places.containsKey(written))
                    places.put(written, new Plan.Place.Arena(arenas.computeIfAbsent(written.dtype(), _ -> new ArenaPlanner()).take(length(written))));
            for (Tensor touched : distinct(step))
                if (lastRead.get(touched) == i && places.get(touched) instanceof Plan.Place.Arena(int offset))
                    arenas.get(touched.dtype()).free(offset, length(touched));
        }
        Map<DType, Integer> elements = new EnumMap<>(DType.class);
        arenas.forEach((dtype, arena) -> elements.put(dtype, arena.size));
        return elements;
    }

    private static Set<Tensor> distinct(Step step) {
        Set<Tensor> tensors = new java.util.LinkedHashSet<>(step.reads());
        tensors.addAll(step.writes());
        return tensors;
    }

    private static int length(Tensor tensor) {
        return Math.max(ALIGNMENT, Math.ceilDiv(tensor.shape().count(), ALIGNMENT) * ALIGNMENT);
    }

    private int take(int length) {
        int best = -1;
        for (var gap : gaps.entrySet()) if (gap.getValue() >= length && (best < 0 || gap.getValue() < gaps.get(best))) best = gap.getKey();
        if (best < 0) {   // grow, from the last gap where it lies at the end
            var last = gaps.lastEntry();
            int offset = last != null && last.getKey() + last.getValue() == size ? last.getKey() : size;
            gaps.remove(offset);
            size = Math.addExact(offset, length);
            return offset;
        }
        int rest = gaps.remove(best) - length;
        if (rest > 0) gaps.put(best + length, rest);
        return best;
    }

    private void free(int offset, int length) {
        var before = gaps.lowerEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            gaps.remove(before.getKey());
            offset = before.getKey();
            length += before.getValue();
        }
        Integer after = gaps.remove(offset + length);
        gaps.put(offset, after == null ? length : length + after);
    }
}
