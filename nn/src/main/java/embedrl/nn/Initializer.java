package embedrl.nn;

/** First values of a parameter. */
@FunctionalInterface
public interface Initializer {
    /** Fills a new parameter's values, row-major. */
    void fill(float[] values);
}
