package embedrl.datasets.scenes;

import java.util.Objects;

/** Is a thing in a cell of a scene. */
public record Placed(Thing thing, Cell cell) {
    public Placed {
        Objects.requireNonNull(thing, "thing");
        Objects.requireNonNull(cell, "cell");
    }

    /** Returns "red cup at B2". */
    public String phrase() {
        return thing.phrase() + " at " + cell.word();
    }

    /** Returns "B2 cup red". */
    public String facts() {
        return cell.word() + " " + thing.facts();
    }
}
