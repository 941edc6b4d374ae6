package embedrl.tensor.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The size of a core's second-level cache, by which matrix products cut their blocks. It changes speed, never a result. */
final class SecondLevelCache {
    private static final long USUAL = 1L << 20;
    private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

    private SecondLevelCache() {}

    /** In bytes: what Linux says of the first processor, and 1 MiB where it says nothing. */
    static long bytes() {
        try {
            return Files.isReadable(LINUX) ? parse(Files.readString(LINUX)) : USUAL;
        } catch (IOException unreadable) {
            return USUAL;
        }
    }

    /** Reads a size such as {@code 2048K}; the usual one where it is none, or one at which blocks would be too small or too large to make sense. */
    static long parse(String size) {
        String text = size.strip();
        boolean mebi = text.endsWith("M");
        if (!mebi && !text.endsWith("K")) {
            return USUAL;
        }
        try {
            long bytes = Long.parseLong(text.substring(0, text.length() - 1)) << (mebi ? 20 : 10);
            return Math.clamp(bytes, 256L << 10, 4L << 20);
        } catch (NumberFormatException other) {
            return USUAL;
        }
    }
}
