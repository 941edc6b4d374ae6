package embedrl.datasets.files;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Fetches the 3D emoji pictures and their labels as two packages, through the machine's own npm client and with its settings.
 *
 * <p>Leaves {@code fluent-emoji-3d/assets/*.webp}, {@code emojibase-data/en/data.json}, the licenses, the two archives and a {@link DataCard} in the folder.
 */
public final class FluentEmoji {
    private static final Archive PICTURES = new Archive("@lobehub/fluent-emoji-3d@1.1.0", "lobehub-fluent-emoji-3d-1.1.0.tgz", "fluent-emoji-3d",
            "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58");
    private static final Archive LABELS = new Archive("emojibase-data@17.0.0", "emojibase-data-17.0.0.tgz", "emojibase-data",
            "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a");

    /** Where the pictures and labels come from. */
    public static final String SOURCE = "npm packages " + PICTURES.spec() + " and " + LABELS.spec();
    /** The license of the pictures and labels. */
    public static final String LICENSE = "MIT (pictures: Microsoft and LobeHub; labels: Miles Johnson)";

    /** Is a package and what its archive must be. */
    record Archive(String spec, String file, String folder, String sha256) {}

    private FluentEmoji() {}

    /**
     * Fetches, checks and unpacks the packages; archives that are there already and whole are not fetched again.
     *
     * @param folder made if absent
     * @return the card that was written
     * @throws IllegalStateException if npm is missing or fails, or an archive is not the expected one
     */
    public static DataCard fetch(Path folder) {
        return fetch(folder, List.of(File.separatorChar == '\\' ? "npm.cmd" : "npm"), List.of(PICTURES, LABELS));
    }

    static DataCard fetch(Path folder, List<String> npm, List<Archive> archives) {
        TreeMap<String, Long> counts = new TreeMap<>();
        TreeMap<String, String> sums = new TreeMap<>();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
        for (Archive archive : archives) {
            Path file = folder.resolve(archive.file());
            if (!Files.exists(file)) {
                pack(folder, npm, archive);
            }
            String sum = DataCard.sha256(file);
            if (!sum.equals(archive.sha256())) {
                throw new IllegalStateException("emoji: the SHA-256 of " + file + " must be " + archive.sha256() + ", got " + sum
                        + "; delete the file and fetch it again");
            }
            int files = TarArchive.extract(file, folder.resolve(archive.folder()), 1, FluentEmoji::needed);
            counts.put("files in " + archive.folder(), (long) files);
            sums.put(archive.file(), sum);
        }
        DataCard card = new DataCard("Fluent 3D emoji", SOURCE, LICENSE, counts, sums);
        card.write(folder);
        return card;
    }

    private static boolean needed(String path) {
        return path.endsWith(".webp") || path.equals("en/data.json") || path.equals("LICENSE") || path.equals("package.json");
    }

    private static void pack(Path folder, List<String> npm, Archive archive) {
        List<String> command = new ArrayList<>(npm);
        command.addAll(List.of("pack", archive.spec()));
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            if (status != 0 || !Files.exists(folder.resolve(archive.file()))) {
                throw new IllegalStateException("emoji: '" + String.join(" ", command) + "' ended with status " + status + " and did not leave " + archive.file()
                        + "; it said: " + output);
            }
        } catch (IOException e) {
            throw new IllegalStateException("emoji: cannot run '" + npm.getFirst() + "'; install Node.js, which brings the npm client, or put "
                    + archive.file() + " into " + folder + " yourself", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("emoji: interrupted while fetching " + archive.spec(), e);
        }
    }
}
