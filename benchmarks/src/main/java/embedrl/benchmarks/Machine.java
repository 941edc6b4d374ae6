package embedrl.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where figures were measured: processor, cores, memory, load, JDK and the commit measured. */
record Machine(String processor, int cores, double memoryGib, double load, String system, String jdk, String options, String commit) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** Asks the JVM, the system and git; {@code home} is the folder of the repository. */
    static Machine here(Path home) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(processor(system.getArch()), Runtime.getRuntime().availableProcessors(), system.getTotalMemorySize() / (double) (1 << 30), system.getSystemLoadAverage(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(), System.getProperty("java.vendor") + " " + Runtime.version(),
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(o -> o.startsWith("-X")).toList()), commit(home));
    }

    /** One line. */
    String text() {
        return String.format(Locale.ROOT, "%s, %d cores, %.0f GiB, load %.1f at the start, %s, %s, options %s, commit %s", processor, cores, memoryGib, load, system, jdk,
                options, commit);
    }

    private static String processor(String architecture) {
        if (!Files.isReadable(PROCESSORS)) return architecture;
        try {
            return processor(Files.readAllLines(PROCESSORS), architecture);
        } catch (IOException unreadable) {
            return architecture + " (" + PROCESSORS + " cannot be read: " + unreadable.getMessage() + ")";
        }
    }

    /** The name with family and model, where Linux tells them: virtual machines give processors of several generations one name. */
    static String processor(List<String> lines, String architecture) {
        Map<String, String> fields = new HashMap<>(); // of the first processor
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) fields.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        String name = fields.getOrDefault("model name", architecture);
        String family = fields.get("cpu family");
        String model = fields.get("model");
        return family == null || model == null ? name : name + " (family " + family + ", model " + model + ")";
    }

    private static String commit(Path home) {
        try {
            String id = git(home, "rev-parse", "--short", "HEAD");
            return git(home, "status", "--porcelain", "--untracked-files=no").isEmpty() ? id : id + " with changes";
        } catch (IOException none) {
            return "unknown (" + none.getMessage() + ")";
        }
    }

    private static String git(Path home, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = home.toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (git.waitFor() != 0) throw new IOException("git: " + answer.lines().findFirst().orElse("no answer"));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("git: interrupted", interrupted);
        }
        return answer;
    }
}
