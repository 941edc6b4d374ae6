package embedrl.benchmarks;

import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.DoubleSupplier;

/**
 * One figure of ours beside one peer's.
 *
 * @param workload what was run; the field "case" of the JSON form
 * @param theirs   empty where the peer is missing or there is none
 * @param note     why there is no figure of the peer; empty where there is one
 */
record Comparison(String suite, String workload, int threads, Unit unit, double ours, String peer, OptionalDouble theirs, String note) {
    /** Both sides ran. */
    static Comparison of(String suite, String workload, int threads, Unit unit, double ours, String peer, double theirs) {
        return new Comparison(suite, workload, threads, unit, ours, peer, OptionalDouble.of(theirs), "");
    }

    /** The peer could not be loaded. */
    static Comparison missing(String suite, String workload, int threads, Unit unit, double ours, String peer, String reason) {
        return new Comparison(suite, workload, threads, unit, ours, peer, OptionalDouble.empty(), "missing: " + reason);
    }

    /** A peer in a process of its own: its figure, or why there is none. */
    static Comparison to(SideProcess side, String suite, String workload, int threads, Unit unit, double ours, String peer, DoubleSupplier theirs) {
        return side.isMissing() ? missing(suite, workload, threads, unit, ours, peer, side.missing()) : of(suite, workload, threads, unit, ours, peer, theirs.getAsDouble());
    }

    /** A figure that has no counterpart. */
    static Comparison alone(String suite, String workload, int threads, Unit unit, double ours) {
        return new Comparison(suite, workload, threads, unit, ours, "none", OptionalDouble.empty(), "no counterpart");
    }

    /** The same with a case that says that both sides were limited to AVX2. */
    Comparison atAvx2() {
        return new Comparison(suite, workload + " (AVX2)", threads, unit, ours, peer, theirs, note);
    }

    /** Above 1 where ours is better; empty without a peer's figure. */
    OptionalDouble ratio() {
        return theirs.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(unit.ratio(ours, theirs.getAsDouble()));
    }

    /** The fields of the JSON form, in their order; absent figures are null. */
    SequencedMap<String, Object> fields() {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("suite", suite);
        fields.put("case", workload);
        fields.put("threads", threads);
        fields.put("unit", unit.toString());
        fields.put("ours", ours);
        fields.put("peer", peer);
        fields.put("theirs", theirs.isPresent() ? theirs.getAsDouble() : null);
        fields.put("ratio", ratio().isPresent() ? ratio().getAsDouble() : null);
        return fields;
    }
}
