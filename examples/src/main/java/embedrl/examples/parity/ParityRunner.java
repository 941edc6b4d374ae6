package embedrl.examples.parity;

import embedrl.tensor.Executor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs every reference case below a folder and says how far each result is from its reference.
 *
 * <p>One line per case: kind, case, worst error and where, tolerance, {@code ok} or {@code FAIL}. A case fails by an error above its tolerance, a NaN, an
 * exception, a kind that is not known, or a stored result that was not compared.
 */
public final class ParityRunner {

    private final Map<String, ParityKind> kinds;
    private final WeightsFolder weights;

    /** A runner for these kinds, by name, whose cases need no files from elsewhere. */
    public ParityRunner(Map<String, ParityKind> kinds) {
        this(kinds, WeightsFolder.none());
    }

    private ParityRunner(Map<String, ParityKind> kinds, WeightsFolder weights) {
        this.kinds = Map.copyOf(kinds);
        this.weights = weights;
    }

    /** The same kinds, with a folder for the files that cases only name. */
    public ParityRunner withWeights(WeightsFolder folder) {
        return new ParityRunner(kinds, folder);
    }

    /** A runner for all kinds of this program. */
    public static ParityRunner standard() {
        var kinds = new TreeMap<String, ParityKind>();
        for (Map<String, ParityKind> area : List.of(
                RewardKinds.KINDS,
                TCotKinds.KINDS,
                MetricKinds.KINDS,
                SamplingKinds.KINDS,
                OpKinds.KINDS,
                LossKinds.KINDS,
                TokenizerKinds.KINDS,
                ImageKinds.KINDS,
                ConversationKinds.KINDS,
                CausalLanguageKinds.KINDS,
                VisionLanguageKinds.KINDS,
                EncoderKinds.KINDS,
                WordPieceKinds.KINDS,
                GgufKinds.KINDS,
                RealTextKinds.KINDS)) {
            area.forEach((name, kind) -> {
                if (kinds.put(name, kind) != null) {
                    throw new IllegalStateException("parity: kind '" + name + "' is defined twice");
                }
            });
        }
        return new ParityRunner(kinds);
    }

    /** Runs all kinds of this program; see {@link #runAll}. */
    public static Counts run(Path folder, WeightsFolder weights, Executor device, PrintStream out) throws IOException {
        return standard().withWeights(weights).runAll(folder, device, out);
    }

    /**
     * How many cases passed and failed.
     */
    public record Counts(int passed, int failed) {

        /** Exit code of the command: 0 if nothing failed, else 1. */
        public int exitCode() {
            return failed == 0 ? 0 : 1;
        }
    }

    /**
     * Runs every case below a folder in the order of their paths, prints a line for each and the counts at the end.
     *
     * @param device what tensor programs run on
     * @throws IllegalArgumentException if there is no case below the folder
     */
    public Counts runAll(Path folder, Executor device, PrintStream out) throws IOException {
        int passed = 0;
        int failed = 0;
        for (Path file : caseFiles(folder)) {
            String name = folder.relativize(file.getParent()).toString().replace('\\', '/');
            if (runOne(file.getParent(), name.isEmpty() ? "." : name, device, out)) {
                passed++;
            } else {
                failed++;
            }
        }
        out.println(passed + " passed, " + failed + " failed");
        return new Counts(passed, failed);
    }

    private static List<Path> caseFiles(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            List<Path> files = paths.filter(path -> path.getFileName().toString().equals(CaseFile.CASE)).sorted().toList();
            if (files.isEmpty()) {
                throw new IllegalArgumentException("parity: no " + CaseFile.CASE + " below " + folder + "; give a folder of reference cases");
            }
            return files;
        }
    }

    private boolean runOne(Path folder, String name, Executor device, PrintStream out) {
        String kind = "?";
        try (CaseFile file = CaseFile.open(folder, weights)) {
            kind = file.kind();
            ParityKind parity = kinds.get(kind);
            if (parity == null) {
                throw new IllegalArgumentException("unknown kind '" + kind + "', known are " + new TreeMap<>(kinds).keySet());
            }
            List<Check> checks = parity.run(file, device);
            if (!file.uncompared().isEmpty()) {
                throw new IllegalStateException("not compared: " + file.uncompared());
            }
            Check worst = checks.stream().max(Comparator.comparingDouble(Check::excess))
                    .orElseThrow(() -> new IllegalStateException("the case holds nothing to check"));
            out.println(line(kind, name, worst));
            return worst.ok();
        } catch (Exception failure) {
            // Whatever goes wrong inside a case is that case's failure; the others still run.
            out.println(String.join("  ", kind, name, message(failure), "FAIL"));
            return false;
        }
    }

    private static String line(String kind, String name, Check worst) {
        String error = String.format(Locale.ROOT, "%.3g", worst.error()) + " (" + worst.name() + ")";
        String result = worst.ok() ? "ok" : (worst.detail() + "  FAIL").strip();
        return String.join("  ", kind, name, error, worst.tolerance().toString(), oneLine(result));
    }

    private static String message(Exception failure) {
        return oneLine(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", "⏎");
    }
}
