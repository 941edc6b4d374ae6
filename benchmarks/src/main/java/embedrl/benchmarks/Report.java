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

    /** The same as the report of a run in which all sides were limited to AVX2: in a section of its own, its cases so named. */
    Report atAvx2() {
        return new Report(suite + " at AVX2", comparisons.stream().map(Comparison::atAvx2).toList(), notes);
    }
}
