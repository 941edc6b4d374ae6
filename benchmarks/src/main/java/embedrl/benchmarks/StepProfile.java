package embedrl.benchmarks;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.Cost;
import embedrl.tensor.HostExecutable;
import embedrl.tensor.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Where the time of programs goes: the steps summed by kind, with their share, rate of operations and rate of memory traffic. */
final class StepProfile {
    private record Row(int count, long nanoseconds, Cost cost) {
        Row plus(Row other) {
            return new Row(count + other.count, nanoseconds + other.nanoseconds, cost.plus(other.cost));
        }
    }

    private final Map<String, Row> rows = new TreeMap<>();
    private final double bytesPerNano;
    private long products;
    private double floor;

    /** bytesPerNano: the memory bandwidth that {@link #inherent} compares with. */
    StepProfile(double bytesPerNano) {
        this.bytesPerNano = bytesPerNano;
    }

    /** Means over a few runs. */
    static String text(HostExecutable executable, int runs) {
        StepProfile profile = new StepProfile(Double.POSITIVE_INFINITY);
        for (int i = 0; i < runs; i++) profile.add(executable.profile());
        return profile.text(runs);
    }

    /** Adds one run of a program. */
    void add(List<HostExecutable.Timed> run) {
        for (HostExecutable.Timed timed : run) {
            Cost cost = Cost.of(timed.step());
            rows.merge(kind(timed.step()), new Row(1, timed.nanoseconds(), cost), Row::plus);
            if (isProduct(timed.step())) products += timed.nanoseconds();
            else floor += Math.min(timed.nanoseconds(), cost.bytes() / bytesPerNano);
        }
    }

    /** Adds what another has. */
    void addAll(StepProfile other) {
        other.rows.forEach((kind, row) -> rows.merge(kind, row, Row::plus));
        products += other.products;
        floor += other.floor;
    }

    /** Nanoseconds of matrix products and attention, and of the other steps what their memory traffic would take at the full bandwidth. */
    double inherent() {
        return products + floor;
    }

    /** A table; figures are divided by the number of runs. */
    String text(int runs) {
        long total = rows.values().stream().mapToLong(Row::nanoseconds).sum();
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "Time by kind of step, mean of %d runs: %.1f ms%n  %-26s %6s %9s %7s %9s %8s%n", runs,
                total / 1e6 / runs, "step", "count", "ms", "share", "GFLOP/s", "GB/s"));
        rows.entrySet().stream().sorted(Comparator.comparingLong(e -> -e.getValue().nanoseconds())).forEach(e -> {
            Row row = e.getValue();
            text.append(String.format(Locale.ROOT, "  %-26s %6d %9.2f %6.1f%% %9.1f %8.1f%n", e.getKey(), row.count / runs, row.nanoseconds / 1e6 / runs,
                    100.0 * row.nanoseconds / total, (double) row.cost.flops() / row.nanoseconds, (double) row.cost.bytes() / row.nanoseconds));
        });
        return text.toString();
    }

    private static boolean isProduct(Step step) {
        return switch (step) {
            case Step.Single single -> single.op() instanceof ContractionOp;
            case Step.Product _, Step.Joined _ -> true;
            case Step.Chain _, Step.Store _ -> false;
        };
    }

    private static String kind(Step step) {
        return switch (step) {
            case Step.Single(ContractionOp.MatMul m, _, _) -> "matmul " + (m.transposeA() ? "T" : "N") + (m.transposeB() ? "T" : "N");
            case Step.Product(Step.Single product, _) -> kind(product) + " (fused)";
            case Step.Single single -> single.op().name();
            case Step.Joined(List<Step> products) -> products.size() + " x " + kind(products.getFirst());
            case Step.Chain _ -> "elementwise";
            case Step.Store _ -> "store";
        };
    }
}
