package embedrl.models.input;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fixed sizes of a packed batch, for which a program is compiled once: rows, tokens, and how many images of each grid.
 *
 * @param batch   sequences
 * @param tokens  tokens of each, right-padded
 * @param visuals image groups, ordered by grid
 */
public record SequenceLayout(int batch, int tokens, List<Group> visuals) {
    /** Images of one grid: rows × columns patches each. */
    public record Group(int rows, int columns, int count) {
    }

    public SequenceLayout {
        visuals = List.copyOf(visuals);
    }

    /** Rounding of sizes, so that few different programs serve all batches. */
    public record Rounding(int batch, int tokens, int images) {
        public static final Rounding COARSE = new Rounding(4, 16, 8);
        public static final Rounding EXACT = new Rounding(1, 1, 1);

        private static int up(int value, int multiple) {
            return Math.ceilDiv(Math.max(1, value), multiple) * multiple;
        }
    }

    /** The smallest rounded layout that holds these sequences. */
    public static SequenceLayout of(Collection<Sequence> sequences, Rounding rounding) {
        int longest = 1;
        Map<List<Integer>, Integer> counts = new TreeMap<>(java.util.Comparator.<List<Integer>>comparingInt(g -> g.get(0)).thenComparingInt(g -> g.get(1)));
        for (Sequence sequence : sequences) {
            longest = Math.max(longest, sequence.length());
            for (VisualInput visual : sequence.visuals()) counts.merge(List.of(visual.rows(), visual.columns()), 1, Integer::sum);
        }
        List<Group> groups = new ArrayList<>();
        counts.forEach((grid, count) -> groups.add(new Group(grid.get(0), grid.get(1), Rounding.up(count, rounding.images()))));
        return new SequenceLayout(Rounding.up(sequences.size(), rounding.batch()), Rounding.up(longest, rounding.tokens()), groups);
    }

    /** Visual tokens of all groups together. */
    public int visualTokens(int merge) {
        int tokens = 0;
        for (Group group : visuals) tokens += group.count() * group.rows() * group.columns() / (merge * merge);
        return tokens;
    }
}
