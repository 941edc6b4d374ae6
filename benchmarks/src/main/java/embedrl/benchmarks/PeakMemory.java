package embedrl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest resident memory that this process has had. */
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private PeakMemory() {
    }

    /** In bytes; 0 where the system does not tell. */
    static long bytes() throws IOException {
        if (!Files.isReadable(STATUS)) return 0;
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
        return 0;
    }
}
