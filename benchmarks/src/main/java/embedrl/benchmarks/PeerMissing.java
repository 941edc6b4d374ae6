package embedrl.benchmarks;

/** A peer that is not installed here. */
final class PeerMissing extends Exception {
    private static final long serialVersionUID = 1;

    PeerMissing(String reason) {
        super(reason);
    }
}
