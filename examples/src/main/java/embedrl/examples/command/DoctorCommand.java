package embedrl.examples.command;

import embedrl.tensor.Executors;
import embedrl.tensor.tornado.TornadoProvider;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl doctor}: looks at what this program needs, and says what is missing and how to get it. */
@Command(name = "doctor", header = "Check the machine: JDK, devices, memory, tools; say what is missing and how to get it.",
        description = "Marks: ok, -- optional and missing, !! needed and missing. Exit code 1 if something needed is missing.")
final class DoctorCommand implements Callable<Integer> {
    private static final long GIGABYTE = 1L << 30;
    private static final long HEAP_OF_QUICKSTART = 2 * GIGABYTE;

    @ParentCommand
    private EmbedRl root;

    @Override
    public Integer call() {
        Machine machine = Machine.here();
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk(machine));
        findings.add(vectors());
        findings.add(Finding.ok("system", machine.system()));
        findings.add(Finding.ok("processor", machine.processor() + ", " + machine.cores() + (machine.cores() == 1 ? " core" : " cores")));
        findings.add(memory(machine));
        findings.addAll(devices());
        findings.add(fonts());
        findings.add(folder(Path.of("").toAbsolutePath()));
        findings.add(tool("maven", List.of("mvn", "-v"), "needed to build; install the package maven"));
        findings.add(tool("npm", List.of("npm", "--version"), "needed to fetch data sets only; install the package npm"));
        findings.add(tool("git", List.of("git", "--version"), "needed to note the commit of a run only; install the package git"));
        findings.forEach(root.out()::println);
        long missing = findings.stream().filter(finding -> finding.level() == Finding.Level.MISSING).count();
        root.out().println(missing == 0 ? "Everything needed is here." : missing + " of the things needed are missing.");
        return (missing == 0 ? ExitCode.OK : ExitCode.CHECK_FAILED).code();
    }

    private static Finding jdk(Machine machine) {
        return Runtime.version().feature() >= 25 ? Finding.ok("jdk", machine.jdk())
                : Finding.missing("jdk", machine.jdk(), "install a JDK 25 or newer, or set EMBEDRL_JAVA_HOME to its folder");
    }

    private static Finding vectors() {
        return VectorModule.present() ? Finding.ok("vector api", VectorModule.width())
                : Finding.missing("vector api", "module " + VectorModule.NAME + " is not loaded", "start with --add-modules " + VectorModule.NAME + ", as ./embedrl does");
    }

    private static Finding memory(Machine machine) {
        String text = gigabytes(machine.memory()) + " GB, heap up to " + gigabytes(machine.heap()) + " GB";
        return machine.heap() >= HEAP_OF_QUICKSTART ? Finding.ok("memory", text)
                : Finding.missing("memory", text, "quickstart wants a heap of " + gigabytes(HEAP_OF_QUICKSTART) + " GB; set EMBEDRL_OPTS=-Xmx2g if the machine has it");
    }

    private static List<Finding> devices() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("device", "reference: plain loops, the definition of every operation; slow"));
        for (Executors.Provider provider : Executors.providers()) {
            if (provider instanceof TornadoProvider tornado) {
                findings.addAll(TornadoSdk.findings(System.getenv("TORNADOVM_HOME"), tornado));
                continue;
            }
            String reason = provider.unavailable();
            if (reason == null) {
                try (var executor = provider.open(provider.name(), 0)) {
                    findings.add(Finding.ok("device", provider.name() + ": " + executor.description()));
                }
            } else {
                findings.add(Finding.optional("device", provider.name() + ": cannot be used", reason));
            }
        }
        return findings;
    }

    private static Finding fonts() {
        try {
            var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
            var graphics = image.createGraphics();
            graphics.setColor(Color.WHITE);
            graphics.drawString("M", 2, 14);
            graphics.dispose();
            return Finding.ok("fonts", "text can be drawn");
        } catch (LinkageError | RuntimeException broken) {
            return Finding.missing("fonts", "text cannot be drawn: " + broken.getMessage(), "curves and boxes of reports need it; install the packages fontconfig and fonts-dejavu-core");
        }
    }

    private static Finding folder(Path folder) {
        try {
            Path probe = Files.createTempFile(folder, ".embedrl-doctor", null);
            Files.delete(probe);
            long free = Files.getFileStore(folder).getUsableSpace();
            return free >= GIGABYTE ? Finding.ok("folder", folder + " can be written, " + gigabytes(free) + " GB free")
                    : Finding.missing("folder", folder + " has " + gigabytes(free) + " GB free", "runs write checkpoints of up to 1 GB; free some space, or give --out a folder elsewhere");
        } catch (IOException refused) {
            return Finding.missing("folder", folder + " cannot be written", "go to another folder, or give --out a folder elsewhere");
        }
    }

    private static Finding tool(String name, List<String> command, String remedy) {
        return Programs.firstLine(Path.of(""), command).map(line -> Finding.ok(name, line.replaceAll("\\e\\[[0-9;]*m", "")))
                .orElseGet(() -> Finding.optional(name, "no " + command.getFirst() + " that answers on the PATH", remedy));
    }

    private static String gigabytes(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f", (double) bytes / GIGABYTE);
    }
}
