package embedrl.datasets;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Mixes datasets for contrastive training: each batch is a few sub-batches, each of a single dataset drawn with probability ∝ weight × size
 * (Embed-RL, interleaved sub-batches).
 *
 * <p>At most {@code maxVideoSubBatches} sub-batches of a batch are of video datasets; a draw beyond that is repeated among the others. Two independent streams,
 * both from seed + epoch, choose the datasets and shuffle their pairs; each dataset runs endlessly, reshuffled whenever it is exhausted. Nothing is
 * materialized; resuming replays the indices of the current epoch.
 */
public final class InterleavedBatches implements Batches {
    private final List<WeightedSource> sources;
    private final int globalBatch;
    private final int subBatches;
    private final int maxVideoSubBatches;
    private final long seed;
    private final boolean distinctTargets;
    private final long batchesPerEpoch;

    /**
     * @param globalBatch pairs a step over all workers
     * @param subBatches sub-batches a step; divides globalBatch
     * @param maxVideoSubBatches sub-batches a step that may be of video datasets
     * @param distinctTargets whether equal target ids inside a batch are avoided
     */
    public InterleavedBatches(List<WeightedSource> sources, int globalBatch, int subBatches, int maxVideoSubBatches, long seed, boolean distinctTargets) {
        if (subBatches < 1 || globalBatch < subBatches || globalBatch % subBatches != 0) {
            throw new IllegalArgumentException("interleaved batches: the batch of " + globalBatch + " must divide into " + subBatches + " equal sub-batches");
        }
        if (maxVideoSubBatches < subBatches && sources.stream().allMatch(WeightedSource::video)) {
            throw new IllegalArgumentException("interleaved batches: all datasets are videos, but only " + maxVideoSubBatches + " of " + subBatches
                    + " sub-batches may be; raise the cap or add other datasets");
        }
        this.sources = List.copyOf(sources);
        this.globalBatch = globalBatch;
        this.subBatches = subBatches;
        this.maxVideoSubBatches = maxVideoSubBatches;
        this.seed = seed;
        this.distinctTargets = distinctTargets;
        this.batchesPerEpoch = sources.stream().mapToLong(weighted -> weighted.source().size()).reduce(0, Math::addExact) / globalBatch;
        if (batchesPerEpoch == 0) {
            throw new IllegalArgumentException("interleaved batches: all datasets together have fewer pairs than the batch of " + globalBatch);
        }
    }

    @Override
    public long batchesPerEpoch() {
        return batchesPerEpoch;
    }

    @Override
    public Cursor from(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("interleaved batches: the position must not be negative, got " + position);
        }
        return new Walk(position);
    }

    private final class Walk implements Cursor {
        private long position;
        private SeededRandom draws;
        private List<IndexStream> streams;

        Walk(long target) {
            position = target - target % batchesPerEpoch;
            startEpoch();
            while (position < target) {
                next();
            }
        }

        private void startEpoch() {
            long epoch = position / batchesPerEpoch;
            draws = SeededRandom.of(seed + epoch, "dataset draws", 0);
            SeededRandom shuffles = SeededRandom.of(seed + epoch, "shuffles", 0);
            streams = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                streams.add(new IndexStream(sources.get(i).source(), shuffles.split("dataset " + i)));
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public Batch next() {
            if (position % batchesPerEpoch == 0) {
                startEpoch();
            }
            Set<String> seen = distinctTargets ? new HashSet<>() : null;
            List<SubBatch> parts = new ArrayList<>(subBatches);
            int videos = 0;
            for (int part = 0; part < subBatches; part++) {
                int dataset = draw(true);
                if (sources.get(dataset).video() && videos++ >= maxVideoSubBatches) {
                    dataset = draw(false);
                }
                List<Long> indices = streams.get(dataset).take(globalBatch / subBatches, seen);
                parts.add(new SubBatch(sources.get(dataset).source(), indices));
            }
            return new Batch(position++, parts);
        }

        /** Draws a dataset with probability ∝ weight × size, among all or among those that are not videos. */
        private int draw(boolean videosToo) {
            double total = 0;
            for (WeightedSource weighted : sources) {
                total += videosToo || !weighted.video() ? mass(weighted) : 0;
            }
            double left = draws.unit() * total;
            int last = -1;
            for (int i = 0; i < sources.size(); i++) {
                if (videosToo || !sources.get(i).video()) {
                    last = i;
                    left -= mass(sources.get(i));
                    if (left < 0) {
                        break;
                    }
                }
            }
            return last;
        }

        private double mass(WeightedSource weighted) {
            return weighted.weight() * weighted.source().size();
        }
    }
}
