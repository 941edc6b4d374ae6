package embedrl.datasets.scenes;

import embedrl.datasets.Box;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Is what a scene shows: things in different cells, all of different concepts. Equal scenes look equal, pixel by pixel.
 *
 * @param items sorted row by row
 */
public record Scene(List<Placed> items) {
    public Scene {
        items = items.stream().sorted((a, b) -> a.cell().compareTo(b.cell())).toList();
        Set<Object> used = new HashSet<>();
        for (Placed item : items) {
            if (!used.add(item.cell()) || !used.add(item.thing().concept())) {
                throw new IllegalArgumentException("scene: cells and concepts must differ, got " + items);
            }
        }
    }

    /** Returns the description, such as "red cup at B2 and blue car at C3". */
    public String phrase() {
        return items.stream().map(Placed::phrase).collect(Collectors.joining(" and "));
    }

    /** Returns the de-duplication name of the image. */
    public String id() {
        return "scene: " + phrase();
    }

    /** Returns the facts of all items, such as "B2 cup red C3 car blue". */
    public String facts() {
        return items.stream().map(Placed::facts).collect(Collectors.joining(" "));
    }

    /** Returns the things without places, such as "red cup blue car". */
    public String things() {
        return items.stream().map(item -> item.thing().phrase()).collect(Collectors.joining(" "));
    }

    /** Returns where each name is, such as "cup at B2 car at C3". */
    public String places() {
        return items.stream().map(item -> item.thing().concept() + " at " + item.cell().word()).collect(Collectors.joining(" "));
    }

    /** Returns the boxes of all items, in order. */
    public List<Box> boxes() {
        return items.stream().map(item -> item.cell().box()).toList();
    }

    /** Tells whether an item is in the cell. */
    public boolean occupied(Cell cell) {
        return items.stream().anyMatch(item -> item.cell().equals(cell));
    }

    /** Tells whether an item shows the concept. */
    public boolean shows(String concept) {
        return items.stream().anyMatch(item -> item.thing().concept().equals(concept));
    }

    /** Returns the scene with one item replaced. */
    public Scene with(Placed old, Placed replacement) {
        return new Scene(items.stream().map(item -> item.equals(old) ? replacement : item).toList());
    }
}
