package embedrl.datasets.scenes;

import java.util.Objects;

/** Is a concept in a color, such as a red cup: the combination that splits hold out. */
public record Thing(String concept, TileColor color) {
    public Thing {
        Objects.requireNonNull(concept, "concept");
        Objects.requireNonNull(color, "color");
    }

    /** Returns "red cup". */
    public String phrase() {
        return color.word() + " " + concept;
    }

    /** Returns "cup red", the order of traces: the name comes first, right after a cell. */
    public String facts() {
        return concept + " " + color.word();
    }
}
