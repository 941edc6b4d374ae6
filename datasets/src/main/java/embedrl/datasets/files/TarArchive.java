package embedrl.datasets.files;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks gzip-compressed tar archives (ustar, with the long names of pax and GNU) without trusting them.
 *
 * <p>Nothing is written outside the folder; links and special files are refused; so is an archive that unpacks to more than {@link #MAX_BYTES}.
 */
public final class TarArchive {
    /** The greatest number of bytes that is unpacked: 2 GiB. */
    public static final long MAX_BYTES = 2L << 30;
    private static final int BLOCK = 512;
    private static final int MAX_NAME = 4096;

    private TarArchive() {}

    /**
     * Unpacks an archive.
     *
     * @param folder where files go; made if absent
     * @param strip leading parts of each path that are dropped
     * @param wanted chooses paths (after stripping, with slashes)
     * @return the number of files written
     * @throws DataFileException if the archive is damaged or unsafe; files before the bad entry may have been written
     */
    public static int extract(Path archive, Path folder, int strip, Predicate<String> wanted) {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16)) {
            return new Reader(archive, in, folder.toAbsolutePath().normalize(), strip, wanted).extract();
        } catch (EOFException e) {
            throw new DataFileException(archive, 0, "the archive ends too early", e);
        } catch (IOException e) {
            throw new DataFileException(archive, 0, "the archive cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private record Reader(Path archive, InputStream in, Path folder, int strip, Predicate<String> wanted) {
        int extract() throws IOException {
            int files = 0;
            long total = 0;
            String longName = null;
            byte[] header = new byte[BLOCK];
            while (true) {
                if (in.readNBytes(header, 0, BLOCK) < BLOCK) {
                    throw new EOFException();
                }
                if (empty(header)) {
                    return files;
                }
                checkSum(header);
                long size = octal(header, 124, 12);
                total += size;
                if (total > MAX_BYTES) {
                    throw bad("unpacks to more than " + MAX_BYTES + " bytes");
                }
                String name = longName != null ? longName : name(header);
                switch (header[156]) {
                    case 'x' -> longName = paxPath(text(size));
                    case 'L' -> longName = text(size).replaceFirst("\0.*$", "");
                    case 'g' -> skip(size);
                    case '5' -> {
                        longName = null;
                        skip(size);
                    }
                    case '0', 0 -> {
                        longName = null;
                        files += file(name, size) ? 1 : 0;
                    }
                    default -> throw bad("the entry '" + name + "' is a link or special file (type '" + (char) header[156] + "')");
                }
            }
        }

        private boolean file(String name, long size) throws IOException {
            Path target = target(name);
            if (target == null || !wanted.test(folder.relativize(target).toString().replace('\\', '/'))) {
                skip(size);
                return false;
            }
            Files.createDirectories(target.getParent());
            try (OutputStream out = Files.newOutputStream(target)) {
                byte[] buffer = new byte[1 << 16];
                for (long left = size; left > 0; ) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (read < 0) {
                        throw new EOFException();
                    }
                    out.write(buffer, 0, read);
                    left -= read;
                }
            }
            in.skipNBytes(padding(size));
            return true;
        }

        /** Returns the safe place of an entry, or null if all of its path is stripped. */
        private Path target(String name) {
            if (name.startsWith("/") || name.contains("\\") || name.contains(":") || name.indexOf(0) >= 0) {
                throw bad("the entry '" + name + "' is not a relative path");
            }
            String[] parts = name.split("/");
            for (String part : parts) {
                if (part.equals("..")) {
                    throw bad("the entry '" + name + "' leads outside the folder");
                }
            }
            if (parts.length <= strip) {
                return null;
            }
            Path target = folder.resolve(String.join("/", Arrays.copyOfRange(parts, strip, parts.length))).normalize();
            if (!target.startsWith(folder) || target.equals(folder)) {
                throw bad("the entry '" + name + "' leads outside the folder");
            }
            return target;
        }

        private String text(long size) throws IOException {
            if (size > MAX_NAME * 4L) {
                throw bad("an extended header has " + size + " bytes");
            }
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length < size) {
                throw new EOFException();
            }
            in.skipNBytes(padding(size));
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** Reads the path of a pax header, whose records are "length key=value\n". */
        private String paxPath(String records) {
            String path = null;
            for (String line : records.split("\n")) {
                int key = line.indexOf(' ') + 1;
                if (line.startsWith("path=", key)) {
                    path = line.substring(key + "path=".length());
                } else if (line.startsWith("size=", key)) {
                    throw bad("files of 8 GiB and more are not supported");
                }
            }
            return path;
        }

        private void skip(long size) throws IOException {
            in.skipNBytes(size + padding(size));
        }

        private static long padding(long size) {
            return (BLOCK - size % BLOCK) % BLOCK;
        }

        private static boolean empty(byte[] header) {
            for (byte value : header) {
                if (value != 0) {
                    return false;
                }
            }
            return true;
        }

        private String name(byte[] header) {
            String prefix = header[257] == 'u' && header[262] == 0 ? field(header, 345, 155) : "";
            return prefix.isEmpty() ? field(header, 0, 100) : prefix + "/" + field(header, 0, 100);
        }

        private static String field(byte[] header, int from, int length) {
            int end = from;
            while (end < from + length && header[end] != 0) {
                end++;
            }
            return new String(header, from, end - from, StandardCharsets.UTF_8);
        }

        private long octal(byte[] header, int from, int length) {
            String digits = field(header, from, length).strip();
            if (!digits.matches("[0-7]{1,12}")) {
                throw bad("a header holds '" + digits + "' where an octal number must be");
            }
            return Long.parseLong(digits, 8);
        }

        private void checkSum(byte[] header) {
            long sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
            }
            if (sum != octal(header, 148, 8)) {
                throw bad("a header's checksum is wrong");
            }
        }

        private DataFileException bad(String problem) {
            return new DataFileException(archive, 0, "unsafe or damaged archive: " + problem);
        }
    }
}
