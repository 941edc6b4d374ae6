package embedrl.datasets.scenes;

import embedrl.datasets.PairSource;
import embedrl.datasets.RetrievalTask;

/** Is one kind of generated retrieval problem on one split: an endless source of pairs that can also pose an evaluation with hard distractors. */
public sealed interface Family extends PairSource permits SceneFamily {
    /** The usual number of candidates of an evaluation query. */
    int CANDIDATES = 16;

    /** Returns what the source holds out. */
    Split split();

    /**
     * Poses the first pairs as queries with hard distractors.
     *
     * @param queries number of queries, from 1 to the size of the source
     * @param candidates candidates of each query, the positive included
     */
    RetrievalTask task(int queries, int candidates);

    /** Poses the first pairs as queries with {@value #CANDIDATES} candidates. */
    default RetrievalTask task(int queries) {
        return task(queries, CANDIDATES);
    }
}
