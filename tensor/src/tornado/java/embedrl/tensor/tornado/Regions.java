package embedrl.tensor.tornado;

import embedrl.tensor.Gaps;
import embedrl.tensor.TensorException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Places in one device arena: first fit, freed places join their neighbors. Knows who owns what, for the message when memory runs out. */
final class Regions {
    /** Places begin at multiples of this many elements. */
    private static final int ALIGNMENT = 32;

    private final Gaps gaps = new Gaps();
    private final Set<Region> taken = new HashSet<>();
    private int capacity;

    /** A place with its owner, in elements. */
    static final class Region {
        final String owner;
        final int offset;
        final int length;

        private Region(String owner, int offset, int length) {
            this.owner = owner;
            this.offset = offset;
            this.length = length;
        }
    }

    Regions(int capacity) {
        grow(capacity);
    }

    int capacity() {
        return capacity;
    }

    void grow(int larger) {
        int more = larger - capacity;
        int start = capacity;
        capacity = larger;
        gaps.free(start, more);
    }

    /** A place, or null when none is large enough. */
    Region take(String owner, int elements) {
        int length = Math.max(ALIGNMENT, (int) Math.min(Integer.MAX_VALUE - ALIGNMENT, (elements + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT));
        for (var gap : gaps.byOffset().entrySet()) {
            if (gap.getValue() < length) continue;
            int offset = gap.getKey();
            gaps.take(offset, length);
            Region region = new Region(owner, offset, length);
            taken.add(region);
            return region;
        }
        return null;
    }

    void free(Region region) {
        if (!taken.remove(region)) throw new TensorException("device memory: '" + region.owner + "' was freed twice");
        gaps.free(region.offset, region.length);
    }

    long used() {
        return taken.stream().mapToLong(region -> region.length).sum();
    }

    /** The largest owners with their sizes, one a line. */
    String table() {
        List<Region> largest = new ArrayList<>(taken);
        largest.sort(Comparator.comparingInt((Region region) -> -region.length).thenComparing(region -> region.owner));
        StringBuilder text = new StringBuilder();
        for (Region region : largest.subList(0, Math.min(12, largest.size())))
            text.append(String.format(Locale.ROOT, "%n  %10.1f MiB  %s", region.length * 4.0 / (1 << 20), region.owner));
        if (largest.size() > 12) text.append(String.format(Locale.ROOT, "%n  and %d more", largest.size() - 12));
        return text.toString();
    }
}
