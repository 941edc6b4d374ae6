package embedrl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page of results, docs/BENCHMARKS.md: one section a suite and processor, each with its own machine, commit and date; a run replaces the sections of its suites on its
 * own processor alone, since ratios differ from one to the next.
 */
final class Page {
    private static final String HEAD = """
            # Benchmarks

            Written by `benchmarks/run SUITE`; not edited by hand. A ratio above 1 means that ours is better. Both sides run in processes of their own on the same
            machine, in turns; figures are medians. A peer that could not be loaded is named as missing. Ratios differ from one processor to the next: each has its own sections.
            """;
    private static final String SECTION = "## Suite ";

    private Page() {
    }

    static void write(Path file, Machine machine, LocalDate date, List<Report> reports) throws IOException {
        String old = Files.exists(file) ? Files.readString(file) : "";
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, merge(old, machine, date, reports));
    }

    /** The page with these suites' sections replaced or added, in the order of their titles. */
    static String merge(String old, Machine machine, LocalDate date, List<Report> reports) {
        Map<String, String> sections = new LinkedHashMap<>();
        for (String part : old.split("(?m)^(?=" + SECTION + ")")) {
            if (part.startsWith(SECTION)) sections.put(part.lines().findFirst().orElseThrow().substring(SECTION.length()), part.strip() + "\n");
        }
        for (Report report : reports) sections.put(title(machine, report), section(machine, date, report));
        StringBuilder page = new StringBuilder(HEAD);
        sections.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(section -> page.append('\n').append(section.getValue()));
        return page.toString();
    }

    private static String title(Machine machine, Report report) {
        return report.suite() + " on " + machine.processor();
    }

    private static String section(Machine machine, LocalDate date, Report report) {
        StringBuilder text = new StringBuilder(SECTION + title(machine, report) + "\n\n" + date + "; " + machine.text() + ".\n\n" + Table.markdown(report.comparisons()));
        for (String note : report.notes()) text.append("\n```\n").append(note.stripTrailing()).append("\n```\n");
        return text.toString();
    }
}
