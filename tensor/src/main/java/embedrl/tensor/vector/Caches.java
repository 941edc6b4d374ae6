package embedrl.tensor.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sizes of caches, by which matrix products cut their blocks and choose how to read weights. They change speed, never a result. */
final class Caches {
    private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final long KIBI = 1L << 10;
    private static final long MEBI = 1L << 20;

    private Caches() {}

    /** Bytes of a core's second-level cache: what Linux says of the first processor, within what blocks can use, and 1 MiB where it says nothing. */
    static long second() {
        return bytes(2, MEBI, 256 * KIBI, 4 * MEBI);
    }

    /** Bytes of the third-level cache that the first processor shares, and 32 MiB where nothing is said. */
    static long third() {
        return bytes(3, 32 * MEBI, MEBI, 1024 * MEBI);
    }

    private static long bytes(int level, long usual, long least, long most) {
        Path size = LINUX.resolve("index" + level).resolve("size");
        try {
            return Files.isReadable(size) ? parse(Files.readString(size), usual, least, most) : usual;
        } catch (IOException unreadable) {
            return usual;
        }
    }

    /** Reads a size such as {@code 2048K}, not below the least and not above the most; the usual one where it is none. */
    static long parse(String size, long usual, long least, long most) {
        String text = size.strip();
        boolean mebi = text.endsWith("M");
        if (!mebi && !text.endsWith("K")) {
            return usual;
        }
        try {
            return Math.clamp(Long.parseLong(text.substring(0, text.length() - 1)) * (mebi ? MEBI : KIBI), least, most);
        } catch (NumberFormatException other) {
            return usual;
        }
    }
}
