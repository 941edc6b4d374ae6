package embedrl.datasets;

/** Is a dataset of pairs, drawn lazily by index: the same index always gives the same pair, in any order of calls and from any thread. */
public interface PairSource {
    /** Returns the dataset's name. */
    String name();

    /** Returns the number of pairs; indices run from 0 to size − 1. Generated sets may name any number. */
    long size();

    /**
     * Returns the pair at an index.
     *
     * @throws IndexOutOfBoundsException if the index is outside 0…size − 1
     */
    Pair pair(long index);

    /** Returns the id of the target of a pair; generated sets answer without drawing pixels. */
    default String targetId(long index) {
        return pair(index).target().id();
    }
}
