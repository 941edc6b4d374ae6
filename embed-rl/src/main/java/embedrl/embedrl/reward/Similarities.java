package embedrl.embedrl.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cosines between all query rollouts and all target rollouts of a step, looked up by rollout id.
 *
 * <p>Ids are kept in their natural order, whatever the order they came in, so that everything computed from this is the same to the last bit for
 * every order of the samples. A rollout that could not be embedded is left out and thereby stands in no pool.
 */
public final class Similarities {

    private final List<RolloutId> queries;
    private final List<RolloutId> targets;
    private final Map<RolloutId, Integer> position = new HashMap<>();
    private final float[] cosines;   // [queries, targets] in the order of the two lists

    /**
     * Similarities given as a matrix.
     *
     * @param queries ids of the rows, in any order
     * @param targets ids of the columns, in any order
     * @param cosines [queries, targets] row by row
     */
    public Similarities(List<RolloutId> queries, List<RolloutId> targets, float[] cosines) {
        if (cosines.length != queries.size() * targets.size()) {
            throw new IllegalArgumentException("similarities: a matrix of " + queries.size() + " query rows and " + targets.size() + " target columns has "
                    + queries.size() * targets.size() + " values, got " + cosines.length);
        }
        this.queries = sorted(queries, Side.QUERY);
        this.targets = sorted(targets, Side.TARGET);
        Map<RolloutId, Integer> rows = index(queries);
        Map<RolloutId, Integer> columns = index(targets);
        position.putAll(index(this.queries));
        position.putAll(index(this.targets));
        this.cosines = new float[cosines.length];
        int at = 0;
        for (RolloutId query : this.queries) {
            for (RolloutId target : this.targets) {
                float cosine = cosines[rows.get(query) * targets.size() + columns.get(target)];
                if (!Float.isFinite(cosine)) {
                    throw new IllegalArgumentException("similarities: values must be finite, got " + cosine + " for " + query + " and " + target
                            + "; leave out rollouts that could not be embedded");
                }
                this.cosines[at++] = cosine;
            }
        }
    }

    /**
     * Similarities of a full batch, B pairs with n rollouts per side.
     *
     * @param cosines [B·n, B·n] row by row; row i·n+r is query rollout r of pair i, column j·n+s target rollout s of pair j
     */
    public static Similarities dense(int pairs, int rollouts, float[] cosines) {
        var queries = new ArrayList<RolloutId>();
        var targets = new ArrayList<RolloutId>();
        for (int pair = 0; pair < pairs; pair++) {
            for (int index = 0; index < rollouts; index++) {
                queries.add(RolloutId.query(pair, index));
                targets.add(RolloutId.target(pair, index));
            }
        }
        return new Similarities(queries, targets, cosines);
    }

    /** Dot products of unit vectors, all of one length, given per rollout. */
    public static Similarities ofUnitVectors(Map<RolloutId, float[]> vectors) {
        var sorted = new TreeMap<>(vectors);
        List<RolloutId> queries = sorted.keySet().stream().filter(id -> id.side() == Side.QUERY).toList();
        List<RolloutId> targets = sorted.keySet().stream().filter(id -> id.side() == Side.TARGET).toList();
        List<float[]> targetVectors = targets.stream().map(sorted::get).toList();
        float[] columns = columns(targetVectors);
        var cosines = new float[queries.size() * targets.size()];
        var sums = new double[targets.size()];
        for (int q = 0; q < queries.size(); q++) {
            float[] vector = sorted.get(queries.get(q));
            for (int t = 0; t < sums.length; t++) {
                checkLengths(queries.get(q), vector, targets.get(t), targetVectors.get(t));
            }
            // All of a query's sums grow together: each adds its products in their order, as if it were alone, and none waits for another.
            Arrays.fill(sums, 0);
            for (int i = 0; i < vector.length; i++) {
                double own = vector[i];
                int at = i * sums.length;
                for (int t = 0; t < sums.length; t++) {
                    sums[t] += own * columns[at + t];
                }
            }
            for (int t = 0; t < sums.length; t++) {
                cosines[q * sums.length + t] = (float) sums[t];
            }
        }
        return new Similarities(queries, targets, cosines);
    }

    /** The cosine of two rollouts of opposite sides, in either order. */
    public float of(RolloutId a, RolloutId b) {
        if (a.side() == b.side()) {
            throw new IllegalArgumentException("similarities: only query and target rollouts are compared, got " + a + " and " + b);
        }
        RolloutId query = a.side() == Side.QUERY ? a : b;
        RolloutId target = a.side() == Side.QUERY ? b : a;
        return cosines[position(query) * targets.size() + position(target)];
    }

    /** All rollouts of a side, in natural order. */
    public List<RolloutId> rollouts(Side side) {
        return side == Side.QUERY ? queries : targets;
    }

    /** The partner's rollouts of an anchor: those of its own pair's other side, in natural order. */
    public List<RolloutId> positives(RolloutId anchor) {
        return rollouts(anchor.side().opposite()).stream().filter(id -> id.pair() == anchor.pair()).toList();
    }

    /** All rollouts of the other side that belong to other pairs, in natural order. */
    public List<RolloutId> negatives(RolloutId anchor) {
        return rollouts(anchor.side().opposite()).stream().filter(id -> id.pair() != anchor.pair()).toList();
    }

    /** Rollouts sorted by falling similarity to an anchor; equal ones by id. */
    public List<RolloutId> nearestFirst(RolloutId anchor, Collection<RolloutId> rollouts) {
        // Each cosine is looked up once and not at each comparison of the sort: a step sorts hundreds of rollouts for each of hundreds of anchors.
        return rollouts.stream().map(id -> new Neighbor(of(anchor, id), id)).sorted().map(Neighbor::id).toList();
    }

    private record Neighbor(float cosine, RolloutId id) implements Comparable<Neighbor> {
        @Override
        public int compareTo(Neighbor other) {
            int byCosine = Float.compare(other.cosine, cosine);
            return byCosine != 0 ? byCosine : id.compareTo(other.id);
        }
    }

    private int position(RolloutId id) {
        Integer at = position.get(id);
        if (at == null) {
            throw new IllegalArgumentException("similarities: no values for " + id + "; it was left out when they were computed");
        }
        return at;
    }

    /** Vectors side by side: element 0 of all of them, then element 1 and so on, as far as the first one reaches. */
    private static float[] columns(List<float[]> vectors) {
        int length = vectors.isEmpty() ? 0 : vectors.getFirst().length;
        var columns = new float[length * vectors.size()];
        for (int t = 0; t < vectors.size(); t++) {
            float[] vector = vectors.get(t);
            for (int i = 0; i < Math.min(length, vector.length); i++) {
                columns[i * vectors.size() + t] = vector[i];
            }
        }
        return columns;
    }

    private static void checkLengths(RolloutId query, float[] a, RolloutId target, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("similarities: vectors must have one length, got " + a.length + " for " + query + " and " + b.length + " for " + target);
        }
    }

    private static List<RolloutId> sorted(List<RolloutId> ids, Side side) {
        var sorted = new TreeSet<RolloutId>();
        for (RolloutId id : ids) {
            if (id.side() != side) {
                throw new IllegalArgumentException("similarities: expected rollouts of side " + side + ", got " + id);
            }
            if (!sorted.add(id)) {
                throw new IllegalArgumentException("similarities: rollout ids must differ, got " + id + " twice");
            }
        }
        return List.copyOf(sorted);
    }

    private static Map<RolloutId, Integer> index(List<RolloutId> ids) {
        var index = new HashMap<RolloutId, Integer>();
        for (int i = 0; i < ids.size(); i++) {
            index.put(ids.get(i), i);
        }
        return index;
    }
}
