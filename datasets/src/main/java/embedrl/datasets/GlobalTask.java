package embedrl.datasets;

import java.util.Map;

/** Is a retrieval task whose queries all rank one corpus; items are read one by one, so the corpus need not fit into memory. */
public interface GlobalTask {
    /** Returns the task's name. */
    String name();

    /** Returns the number of queries. */
    int queries();

    /** Returns the number of candidates in the corpus. */
    int candidates();

    /** Reads a query. */
    Item query(int index);

    /** Reads a candidate. */
    Item candidate(int index);

    /** Returns the gain of each candidate id that is relevant to a query; at least one. */
    Map<String, Double> relevance(int query);
}
