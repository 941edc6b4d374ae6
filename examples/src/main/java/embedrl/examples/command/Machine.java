package embedrl.examples.command;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The machine and the JVM that a command runs on.
 *
 * @param jdk       vendor and version of the JDK
 * @param system    name, version and architecture of the operating system
 * @param processor name of the processor, or its architecture where the system does not say
 * @param cores     processors that the JVM may use
 * @param memory    bytes of memory that the JVM sees, the limit of a container included
 * @param heap      largest heap in bytes
 */
record Machine(String jdk, String system, String processor, int cores, long memory, long heap) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** Asks the JVM and the system. */
    static Machine here() {
        String architecture = System.getProperty("os.arch");
        Runtime runtime = Runtime.getRuntime();
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system ? system.getTotalMemorySize() : 0;
        return new Machine(System.getProperty("java.vendor") + " " + Runtime.version(), System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + architecture, processor(architecture), runtime.availableProcessors(), memory, runtime.maxMemory());
    }

    /** The facts by name, in the order in which people look for them. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("jdk", jdk);
        facts.put("system", system);
        facts.put("processor", processor);
        facts.put("cores", String.valueOf(cores));
        facts.put("memory_bytes", String.valueOf(memory));
        facts.put("heap_bytes", String.valueOf(heap));
        return facts;
    }

    private static String processor(String architecture) {
        if (!Files.isReadable(PROCESSORS)) {
            return architecture;
        }
        try (var lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst().map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(architecture);
        } catch (IOException unreadable) {
            return architecture + " (" + PROCESSORS + " cannot be read: " + unreadable.getMessage() + ")";
        }
    }
}
