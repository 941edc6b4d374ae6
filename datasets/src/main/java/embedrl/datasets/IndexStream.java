package embedrl.datasets;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Gives the indices of one dataset in an endless order that is reshuffled each time the dataset is exhausted.
 *
 * <p>Memory does not grow with the dataset: each shuffle is a {@link Permutation}. With distinct targets, a pair whose target is already in the batch is
 * postponed to a later batch; the oldest of more than {@value #MAX_POSTPONED} postponed pairs are let go.
 */
final class IndexStream {
    private static final int MAX_POSTPONED = 1024;
    private static final int TRIES_PER_PAIR = 500;

    private final PairSource source;
    private final SeededRandom keys;
    private final Deque<Long> postponed = new ArrayDeque<>();
    private Permutation order;
    private long cursor;

    IndexStream(PairSource source, SeededRandom keys) {
        this.source = source;
        this.keys = keys;
        this.order = new Permutation(source.size(), keys.next());
    }

    /** Takes the next indices; targets already in {@code seen} are passed over and new ones added, unless {@code seen} is null. */
    List<Long> take(int count, Set<String> seen) {
        List<Long> taken = new ArrayList<>(count);
        if (seen == null) {
            while (taken.size() < count) {
                taken.add(next());
            }
            return taken;
        }
        for (Iterator<Long> waiting = postponed.iterator(); waiting.hasNext() && taken.size() < count; ) {
            long index = waiting.next();
            if (seen.add(source.targetId(index))) {
                taken.add(index);
                waiting.remove();
            }
        }
        long tries = (long) TRIES_PER_PAIR * count;
        while (taken.size() < count) {
            if (tries-- == 0) {
                throw new IllegalStateException("batch: found only " + taken.size() + " of " + count + " pairs with distinct targets in dataset '"
                        + source.name() + "'; make the sub-batch smaller or allow equal targets");
            }
            long index = next();
            if (seen.add(source.targetId(index))) {
                taken.add(index);
            } else {
                postponed.add(index);
                if (postponed.size() > MAX_POSTPONED) {
                    postponed.removeFirst();
                }
            }
        }
        return taken;
    }

    private long next() {
        if (cursor == source.size()) {
            cursor = 0;
            order = new Permutation(source.size(), keys.next());
        }
        return order.at(cursor++);
    }
}
