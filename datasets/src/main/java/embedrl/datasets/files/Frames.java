package embedrl.datasets.files;

import embedrl.datasets.Item;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Picks and reads the frames of videos that are stored as folders of images. */
public final class Frames {
    /** Orders names as people do: runs of digits by value, so that frame 9 comes before frame 10. */
    public static final Comparator<String> NATURAL = Frames::compare;

    private Frames() {}

    /** Returns up to eight 0-based indices spread evenly over count frames: the integer parts of an even division of 0…count − 1, or all. */
    public static List<Integer> pick(int count) {
        List<Integer> picked = new ArrayList<>();
        int take = Math.min(count, Item.MAX_FRAMES);
        for (int i = 0; i < take; i++) {
            picked.add(count <= Item.MAX_FRAMES ? i : (int) ((long) i * (count - 1) / (Item.MAX_FRAMES - 1)));
        }
        return picked;
    }

    /** Lists the picked frames of a folder in natural order. */
    public static List<Path> inFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DataFileException(folder, 0, "there is no such folder of frames");
        }
        try (Stream<Path> list = Files.list(folder)) {
            List<Path> all = list.filter(ImageFiles::named).sorted(Comparator.comparing(path -> path.getFileName().toString(), NATURAL)).toList();
            if (all.isEmpty()) {
                throw new DataFileException(folder, 0, "the folder of frames holds no images");
            }
            return pick(all.size()).stream().map(all::get).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the frames in " + folder, e);
        }
    }

    /** Reads images as TYPE_INT_RGB, in order. */
    public static List<BufferedImage> read(List<Path> files) {
        return files.stream().map(ImageFiles::readRgb).toList();
    }

    private static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            if (digit(a, i) && digit(b, j)) {
                int endA = run(a, i);
                int endB = run(b, j);
                String left = a.substring(i, endA).replaceFirst("^0+", "");
                String right = b.substring(j, endB).replaceFirst("^0+", "");
                int order = left.length() != right.length() ? Integer.compare(left.length(), right.length()) : left.compareTo(right);
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else {
                int order = Character.compare(a.charAt(i++), b.charAt(j++));
                if (order != 0) {
                    return order;
                }
            }
        }
        int order = Integer.compare(a.length() - i, b.length() - j);
        return order != 0 ? order : a.compareTo(b);
    }

    private static boolean digit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int run(String text, int from) {
        int end = from;
        while (end < text.length() && digit(text, end)) {
            end++;
        }
        return end;
    }
}
