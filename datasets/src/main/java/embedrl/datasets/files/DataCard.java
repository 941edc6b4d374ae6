package embedrl.datasets.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * States what a set of data is: where it comes from, under which license, how much there is, and the checksums of its files.
 *
 * @param name short name of the set
 * @param source package, generator or archive that it comes from, with the version
 * @param license license names, and whose
 * @param counts how many of what
 * @param sha256 lower-case hexadecimal SHA-256 of each file, by name
 */
public record DataCard(String name, String source, String license, SortedMap<String, Long> counts, SortedMap<String, String> sha256) {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public DataCard {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        sha256 = Collections.unmodifiableSortedMap(new TreeMap<>(sha256));
    }

    /** Writes {@code data-card.json} and {@code data-card.md} into a folder, replacing older ones. */
    public void write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("data-card.json"), MAPPER.writeValueAsString(this) + "\n");
            Files.writeString(folder.resolve("data-card.md"), markdown());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the data card into " + folder, e);
        }
    }

    /** Reads the card of a folder. */
    public static DataCard read(Path folder) {
        return MAPPER.readValue(folder.resolve("data-card.json").toFile(), DataCard.class);
    }

    /** Returns the card as a Markdown page. */
    public String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("# ").append(name).append("\n\n- Source: ").append(source).append("\n- License: ").append(license).append("\n\n");
        page.append("| what | count |\n|---|---:|\n");
        counts.forEach((what, count) -> page.append("| ").append(what).append(" | ").append(count).append(" |\n"));
        if (!sha256.isEmpty()) {
            page.append("\n| file | SHA-256 |\n|---|---|\n");
            sha256.forEach((file, sum) -> page.append("| ").append(file).append(" | `").append(sum).append("` |\n"));
        }
        return page.toString();
    }

    /** Returns the lower-case hexadecimal SHA-256 of a file. */
    public static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " for its checksum", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
