package embedrl.tensor.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who made the processor, by which register tiles are chosen. That changes speed, never a result. */
final class Processor {
    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /**
     * Whether it loads three vectors of 256 bits in a cycle, as Intel's do since Golden Cove: these have second-level caches of 2 MiB and more for each core, those before them less.
     * False where nothing says who made it.
     */
    static final boolean THREE_LOADS = intel(description()) && Caches.second() >= 2 << 20;

    private Processor() {}

    static boolean intel(String description) {
        return description.contains("GenuineIntel");
    }

    /** What Linux says of all processors. */
    private static String description() {
        try {
            return Files.isReadable(LINUX) ? Files.readString(LINUX) : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
