package embedrl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** The command benchmarks/run: runs suites, prints their tables, and writes the JSON lines and the page. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(List.of(arguments), Runtime.getRuntime().availableProcessors());
        } catch (Options.WrongUse wrong) {
            System.err.println("benchmarks: " + wrong.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        Path home = Path.of(System.getProperty("embedrl.home", "."));
        Machine machine = Machine.here(home);
        System.out.println(machine.text());
        if (machine.load() > 0.5) System.err.printf("benchmarks: the machine is busy (load %.1f): figures will be too low%n", machine.load());
        List<Report> reports = new ArrayList<>();
        for (Suite suite : options.suites()) {
            Report report = suite.run(new Bench(options.quick(), options.threads()));
            if (Native.narrow()) report = report.atAvx2();
            reports.add(report);
            System.out.printf("%nSuite %s%n%s", report.suite(), Table.text(report.comparisons()));
            for (String note : report.notes()) System.out.printf("%n%s%n", note.stripTrailing());
        }
        if (options.json().isPresent()) JsonLines.write(options.json().get(), reports.stream().flatMap(report -> report.comparisons().stream()).toList());
        Path page = home.resolve(options.quick() ? "benchmarks/target/BENCHMARKS.md" : "docs/BENCHMARKS.md");
        Page.write(page, machine, LocalDate.now(), reports);
        System.out.println("\nwritten to " + page);
    }
}
