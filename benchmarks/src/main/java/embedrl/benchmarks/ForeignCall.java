package embedrl.benchmarks;

/** A call of a library's function. A method handle declares that it throws everything; what it throws becomes an {@link IllegalStateException}. */
@FunctionalInterface
interface ForeignCall<T> {
    T run() throws Throwable;

    /** Runs a call; its failure names the library. */
    static <T> T of(String library, ForeignCall<T> call) {
        try {
            return call.run();
        } catch (Throwable failure) {
            throw new IllegalStateException(library + ": " + failure.getMessage(), failure);
        }
    }
}
