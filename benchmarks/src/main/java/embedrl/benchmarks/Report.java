package embedrl.benchmarks;

import java.util.List;

/**
 * What one suite found.
 *
 * @param notes passages of plain text beside the table, such as a program's costs
 */
record Report(String suite, List<Comparison> comparisons, List<String> notes) {
    Report {
        comparisons = List.copyOf(comparisons);
        notes = List.copyOf(notes);
    }
}
