package embedrl.examples.parity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds files that reference cases name but do not bring along, by file name and SHA-256 anywhere below a folder.
 *
 * <p>The name alone decides what is looked at, the hash alone what is taken. Each file is hashed once.
 */
public final class WeightsFolder {

    private static final int BUFFER = 1 << 16;

    private final Path folder;   // null where none was given
    private final Map<String, List<Path>> byName;
    private final Map<Path, String> hashes = new HashMap<>();

    private WeightsFolder(Path folder, Map<String, List<Path>> byName) {
        this.folder = folder;
        this.byName = byName;
    }

    /** No folder: every search fails and says what to do. */
    public static WeightsFolder none() {
        return new WeightsFolder(null, Map.of());
    }

    /** The regular files below a folder at this moment. */
    public static WeightsFolder of(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return new WeightsFolder(folder, paths.filter(Files::isRegularFile).sorted()
                    .collect(Collectors.groupingBy(path -> path.getFileName().toString())));
        }
    }

    /**
     * The file of that name and hash.
     *
     * @param origin the package it comes in, for the message
     * @param file   its path in the package, of which the last part counts
     * @param sha256 its hash in hexadecimal digits
     * @throws IllegalArgumentException if it is not there; the message says where it comes from and what to do
     */
    public synchronized Path find(String origin, String file, String sha256) throws IOException {
        String name = file.substring(file.lastIndexOf('/') + 1);
        List<Path> candidates = byName.getOrDefault(name, List.of());
        for (Path candidate : candidates) {
            if (hash(candidate).equalsIgnoreCase(sha256)) {
                return candidate;
            }
        }
        String wanted = file + " of " + origin + " (SHA-256 " + sha256 + ")";
        if (folder == null) {
            throw new IllegalArgumentException("the case needs " + wanted + "; unpack the package and name its folder with --weights DIR");
        }
        String seen = candidates.isEmpty() ? "no file of that name" : "only other files of that name: " + candidates;
        throw new IllegalArgumentException("the case needs " + wanted + ", but below --weights " + folder + " there is " + seen
                + "; unpack the package there");
    }

    private String hash(Path path) throws IOException {
        String known = hashes.get(path);
        if (known == null) {
            known = sha256(path);
            hashes.put(path, known);
        }
        return known;
    }

    private static String sha256(Path path) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
                int read = 0;
                while (read >= 0) {
                    read = in.read(buffer);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
