package embedrl.datasets.scenes;

import embedrl.datasets.files.DataFileException;
import embedrl.datasets.files.ImageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Chooses emoji that can be named in one word, by rule rather than by hand.
 *
 * <p>Eligible: groups animals to objects (3…7 of the catalog), no skin tones, a label of one lower-case word of 3 to 8 letters that is neither a color nor a word
 * of the text templates, and a picture with the same code points. Of each subgroup the first in the catalog's order is taken, then of each the second, and so on.
 */
final class EmojiCatalog {
    private static final int FIRST_GROUP = 3;
    private static final int LAST_GROUP = 7;

    /** Is a chosen emoji and its picture. */
    record Entry(Concept concept, Path picture, int subgroup, int order) {}

    private EmojiCatalog() {}

    static List<Entry> choose(Path folder, int count) {
        Map<String, Path> pictures = pictures(folder.resolve("fluent-emoji-3d").resolve("assets"));
        Path file = folder.resolve("emojibase-data").resolve("en").resolve("data.json");
        Set<String> reserved = new HashSet<>(SceneFamilies.TEMPLATE_WORDS);
        for (TileColor color : TileColor.values()) {
            reserved.add(color.word());
        }
        Map<Integer, List<Entry>> subgroups = new TreeMap<>();
        for (JsonNode emoji : read(file)) {
            String label = emoji.path("label").asString("");
            Path picture = pictures.get(code(emoji.path("hexcode").asString("")));
            int group = emoji.path("group").asInt(-1);
            boolean eligible = picture != null && group >= FIRST_GROUP && group <= LAST_GROUP && !emoji.has("skins")
                    && label.matches("[a-z]{3,8}") && !reserved.contains(label);
            if (eligible) {
                reserved.add(label);
                int subgroup = emoji.path("subgroup").asInt(-1);
                Entry entry = new Entry(new Concept(label, tags(emoji, label)), picture, subgroup, emoji.path("order").asInt(0));
                subgroups.computeIfAbsent(subgroup, key -> new ArrayList<>()).add(entry);
            }
        }
        List<Entry> chosen = new ArrayList<>();
        subgroups.values().forEach(list -> list.sort(Comparator.comparingInt(Entry::order)));
        int longest = subgroups.values().stream().mapToInt(List::size).max().orElse(0);
        for (int place = 0; place < longest && chosen.size() < count; place++) {
            int rank = place;
            List<Entry> round = subgroups.values().stream().filter(list -> list.size() > rank).map(list -> list.get(rank)).toList();
            chosen.addAll(spread(round, count - chosen.size()));
        }
        if (chosen.size() < count) {
            throw new DataFileException(file, 0, "offers only " + chosen.size() + " emoji with one-word labels and pictures, " + count + " are needed");
        }
        return chosen;
    }

    /** Takes evenly spaced elements if there are more than needed. */
    private static List<Entry> spread(List<Entry> round, int needed) {
        if (round.size() <= needed) {
            return round;
        }
        List<Entry> taken = new ArrayList<>();
        for (int i = 0; i < needed; i++) {
            taken.add(round.get((int) ((long) i * round.size() / needed)));
        }
        return taken;
    }

    private static List<String> tags(JsonNode emoji, String label) {
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : emoji.path("tags")) {
            if (!tag.asString("").equals(label)) {
                tags.add(tag.asString(""));
            }
        }
        return tags;
    }

    private static Map<String, Path> pictures(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DataFileException(folder, 0, "there are no emoji pictures; fetch them with FluentEmoji.fetch");
        }
        Map<String, Path> pictures = new HashMap<>();
        try (Stream<Path> list = Files.list(folder)) {
            list.filter(ImageFiles::named).sorted()
                    .forEach(path -> pictures.put(code(path.getFileName().toString().replaceFirst("\\.[^.]*$", "")), path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the emoji pictures in " + folder, e);
        }
        return pictures;
    }

    /** Returns the code points without the variation selector, which file names and catalog use differently. */
    private static String code(String hexcode) {
        return hexcode.toLowerCase(Locale.ROOT).replace("-fe0f", "");
    }

    private static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(file, 0, "there is no emoji catalog; fetch it with FluentEmoji.fetch");
        }
        try {
            return JsonMapper.builder().build().readTree(file.toFile());
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DataFileException(file, line, "not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
