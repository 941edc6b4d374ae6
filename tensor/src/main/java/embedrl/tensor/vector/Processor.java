package embedrl.tensor.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who made the processor, by which register tiles are chosen. That changes speed, never a result. */
final class Processor {
    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /** Whether it is one of Intel's; false where nothing says so. */
    static final boolean INTEL = intel(description());

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
