package embedrl.examples.command;

import embedrl.tensor.tornado.TornadoProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the doctor says of TornadoVM: the SDK and its version, backends, the flags of this JVM, and the devices. */
final class TornadoSdk {
    private static final String INSTALL = "install one: sdk install tornadovm 5.2.0-jdk25-opencl (or -ptx, -cuda for NVIDIA), then set TORNADOVM_HOME to its folder; only for devices beside the processor";
    private static final Pattern API = Pattern.compile("tornado-api-(.+)\\.jar");
    // A version begins with a digit: beside the driver there is a jar of its native libraries, tornado-drivers-opencl-jni-...
    private static final Pattern DRIVER = Pattern.compile("tornado-drivers-(opencl|ptx|cuda|spirv|metal)-\\d.*\\.jar");

    private TornadoSdk() {
    }

    /** The findings, given TORNADOVM_HOME, or null when it is not set. */
    static List<Finding> findings(String home, TornadoProvider provider) {
        List<Finding> findings = new ArrayList<>();
        if (home == null || home.isBlank()) {
            return List.of(Finding.optional("tornadovm", "no SDK: TORNADOVM_HOME is not set", INSTALL));
        }
        List<String> jars;
        try (Stream<Path> files = Files.list(Path.of(home, "share", "java", "tornado"))) {
            jars = files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            return List.of(Finding.optional("tornadovm", "TORNADOVM_HOME is " + home + ", which holds no SDK (no share/java/tornado)", INSTALL));
        }
        findings.add(Finding.ok("tornadovm", "SDK " + first(API, jars) + " in " + home + ", backends " + all(DRIVER, jars)));
        String reason = provider.unavailable();
        if (reason != null) {
            findings.add(Finding.optional("tornadovm", "cannot be used", reason));
            return findings;
        }
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dtornado.") && !flag.startsWith("-Dtornado.load.")).toList();
        findings.add(Finding.ok("tornadovm", "flags " + String.join(" ", flags)));
        for (String device : provider.list()) {
            findings.add(Finding.ok("device", device));
        }
        return findings;
    }

    private static String first(Pattern pattern, List<String> names) {
        List<String> found = all(pattern, names);
        return found.isEmpty() ? "of an unknown version" : found.getFirst();
    }

    private static List<String> all(Pattern pattern, List<String> names) {
        return names.stream().map(pattern::matcher).filter(Matcher::matches).map(matcher -> matcher.group(1)).toList();
    }
}
