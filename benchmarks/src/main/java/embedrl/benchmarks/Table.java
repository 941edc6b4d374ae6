package embedrl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Comparisons as a table for people: on the terminal, or in Markdown. */
final class Table {
    private static final List<String> HEADER = List.of("case", "threads", "unit", "ours", "peer", "theirs", "ratio");

    private Table() {
    }

    /** Columns padded with spaces, one line a comparison. */
    static String text(List<Comparison> comparisons) {
        List<List<String>> rows = rows(comparisons);
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], row.get(i).length());
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(isNumber(i) ? padding + row.get(i) : row.get(i) + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** A table of GitHub's Markdown. */
    static String markdown(List<Comparison> comparisons) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows(comparisons)) {
            lines.add(row.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |")));
            if (lines.size() == 1) {
                StringBuilder rule = new StringBuilder("|");
                for (int i = 0; i < HEADER.size(); i++) rule.append(isNumber(i) ? "---:|" : "---|");
                lines.add(rule.toString());
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static boolean isNumber(int column) {
        return switch (HEADER.get(column)) {
            case "threads", "ours", "theirs", "ratio" -> true;
            default -> false;
        };
    }

    private static List<List<String>> rows(List<Comparison> comparisons) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (Comparison c : comparisons) {
            String theirs = c.theirs().isPresent() ? number(c.theirs().getAsDouble()) : c.note();
            String ratio = c.ratio().isPresent() ? String.format(Locale.ROOT, "%.2f", c.ratio().getAsDouble()) : "–";
            rows.add(List.of(c.workload(), String.valueOf(c.threads()), c.unit().toString(), number(c.ours()), c.peer(), theirs, ratio));
        }
        return rows;
    }

    /** Three or more significant digits, thousands grouped. */
    static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) || Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f", value);
    }
}
