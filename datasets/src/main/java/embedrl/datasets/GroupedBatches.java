package embedrl.datasets;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Makes batches of a single dataset each, as reinforcement learning uses them: shuffle inside each dataset, cut into batches, drop the incomplete last one,
 * shuffle the list of batches (Embed-RL, homogeneous batches).
 *
 * <p>Each epoch is shuffled anew from seed + epoch. Nothing is materialized: both shuffles are computed number by number, so datasets may be of any size.
 * With distinct targets, pairs with an equal target move to a later batch and the last batches of an epoch may repeat pairs.
 */
public final class GroupedBatches implements Batches {
    private final List<PairSource> sources;
    private final int batchSize;
    private final long seed;
    private final boolean distinctTargets;
    private final long[] firstBatch;

    /**
     * @param sources the datasets; those smaller than a batch give none
     * @param batchSize pairs a batch, B
     * @param distinctTargets whether equal target ids inside a batch are avoided
     */
    public GroupedBatches(List<? extends PairSource> sources, int batchSize, long seed, boolean distinctTargets) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("grouped batches: the batch size must be at least 1, got " + batchSize);
        }
        this.sources = List.copyOf(sources);
        this.batchSize = batchSize;
        this.seed = seed;
        this.distinctTargets = distinctTargets;
        this.firstBatch = new long[sources.size() + 1];
        for (int i = 0; i < sources.size(); i++) {
            firstBatch[i + 1] = Math.addExact(firstBatch[i], sources.get(i).size() / batchSize);
        }
        if (batchesPerEpoch() == 0) {
            throw new IllegalArgumentException("grouped batches: no dataset has " + batchSize + " pairs, the size of a batch");
        }
    }

    @Override
    public long batchesPerEpoch() {
        return firstBatch[sources.size()];
    }

    @Override
    public Cursor from(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("grouped batches: the position must not be negative, got " + position);
        }
        return new Walk(position);
    }

    private final class Walk implements Cursor {
        private long position;
        private Permutation order;
        private List<IndexStream> streams;

        Walk(long target) {
            position = target - target % batchesPerEpoch();
            startEpoch();
            while (position < target) {
                next();
            }
        }

        private void startEpoch() {
            SeededRandom random = SeededRandom.of(seed + position / batchesPerEpoch(), "grouped batches", 0);
            order = new Permutation(batchesPerEpoch(), random.next());
            streams = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                streams.add(sources.get(i).size() == 0 ? null : new IndexStream(sources.get(i), random.split("dataset " + i)));
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public Batch next() {
            long place = position % batchesPerEpoch();
            if (place == 0) {
                startEpoch();
            }
            // Batches of one dataset are exchangeable, so shuffling the list only has to decide whose batch comes next.
            long number = order.at(place);
            int dataset = 0;
            while (number >= firstBatch[dataset + 1]) {
                dataset++;
            }
            List<Long> indices = streams.get(dataset).take(batchSize, distinctTargets ? new HashSet<>() : null);
            return new Batch(position++, List.of(new SubBatch(sources.get(dataset), indices)));
        }
    }
}
