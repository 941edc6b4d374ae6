package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Collects the candidates of a query with unique ids, the positive first; pixels are drawn only for those that are taken. */
final class CandidateList {
    private static final int MAX_REFUSED = 10_000;

    private final String task;
    private final int size;
    private final List<Item> items = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int refused;

    CandidateList(String task, int size, Item positive) {
        this.task = task;
        this.size = size;
        items.add(positive);
        ids.add(positive.id());
    }

    /** Tells whether no more candidates are needed. */
    boolean full() {
        return items.size() >= size;
    }

    /** Takes the candidate unless the list is full or has its id. */
    void offer(String id, Supplier<Item> candidate) {
        if (full()) {
            return;
        }
        if (ids.add(id)) {
            items.add(candidate.get());
            refused = 0;
        } else if (++refused > MAX_REFUSED) {
            throw new IllegalStateException("task '" + task + "': only " + items.size() + " different candidates exist, asked for " + size
                    + "; ask for fewer");
        }
    }

    List<Item> items() {
        return List.copyOf(items);
    }
}
