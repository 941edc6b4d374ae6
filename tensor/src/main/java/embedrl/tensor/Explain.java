package embedrl.tensor;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The text of {@link Program#explain()}. */
final class Explain {
    private record Row(int count, Cost cost) {
    }

    private Explain() {
    }

    static String text(Plan plan, String executor) {
        Map<String, Row> rows = new TreeMap<>();
        Cost total = new Cost(0, 0);
        int fused = 0;
        int chains = 0;
        Set<Variable> variables = new LinkedHashSet<>();
        for (Step step : plan.steps()) {
            Cost cost = Cost.of(step);
            total = total.plus(cost);
            rows.merge(name(step), new Row(1, cost), (a, b) -> new Row(a.count + b.count, a.cost.plus(b.cost)));
            for (Step part : step instanceof Step.Joined(List<Step> products) ? products : List.of(step)) {
                int operations = operations(part);
                if (operations > 1) {
                    chains++;
                    fused += operations;
                }
            }
            for (Tensor read : step.reads()) if (read.op() instanceof LeafOp.Stored stored) variables.add(stored.variable());
        }
        long variableBytes = variables.stream().mapToLong(v -> v.type().bytes()).sum();
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "Program on %s: %d steps in %d levels, %s, %s of memory traffic%n", executor, plan.steps().size(), plan.levels().size(), flops(total.flops()),
                bytes(total.bytes())));
        text.append(String.format(Locale.ROOT, "  arena %s, variables %s (%d), %d chains of %d fused operations%n", bytes(plan.arenaBytes()),
                bytes(variableBytes), variables.size(), chains, fused));
        text.append(String.format(Locale.ROOT, "  %-26s %6s %12s %12s%n", "step", "count", "FLOPs", "bytes"));
        rows.entrySet().stream().sorted(Comparator.comparingLong((Map.Entry<String, Row> e) -> -e.getValue().cost.flops()).thenComparing(Map.Entry::getKey))
                .forEach(e -> text.append(String.format(Locale.ROOT, "  %-26s %6d %12s %12s%n", e.getKey(), e.getValue().count, flops(e.getValue().cost.flops()),
                        bytes(e.getValue().cost.bytes()))));
        return text.toString();
    }

    private static String name(Step step) {
        return switch (step) {
            case Step.Single single -> single.op().name();
            case Step.Chain chain -> operations(chain) == 0 ? "copy" : operations(chain) == 1 ? "elementwise" : "elementwise (fused)";
            case Step.Product _ -> "matmul (fused)";
            case Step.Joined _ -> "matmul (joined)";
            case Step.Store _ -> "store";
        };
    }

    /** Recorded operations of a step that is not joined of others. */
    private static int operations(Step step) {
        return switch (step) {
            case Step.Chain chain -> operations(chain);
            case Step.Product product -> 1 + operations(product.chain());
            case Step.Single _, Step.Joined _, Step.Store _ -> 1;
        };
    }

    /** Recorded operations of a chain; loading a number is none. */
    private static int operations(Step.Chain chain) {
        return (int) chain.code().stream().filter(instruction -> !(instruction instanceof Step.Instruction.Load)).count();
    }

    private static String flops(long flops) {
        if (flops < 1e5) return flops + " FLOP";
        return flops >= 1e9 ? String.format(Locale.ROOT, "%.2f GFLOP", flops / 1e9) : String.format(Locale.ROOT, "%.2f MFLOP", flops / 1e6);
    }

    private static String bytes(long bytes) {
        return bytes >= 1 << 20 ? String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0) : String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
}
