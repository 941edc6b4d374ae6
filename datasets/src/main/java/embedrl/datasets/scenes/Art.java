package embedrl.datasets.scenes;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;

/** Is a set of named concepts that can draw themselves at any size. */
public interface Art {
    /** Returns the name of the set. */
    String name();

    /** Returns where the drawings come from, with versions. */
    String source();

    /** Returns the license of the drawings. */
    String license();

    /** Returns the concepts that training may show; names are distinct lower-case words. */
    List<Concept> training();

    /** Returns the concepts that are held out from training. */
    List<Concept> unseen();

    /**
     * Draws a concept, centered, into a transparent square.
     *
     * @param name the name of a training or unseen concept
     * @param size side of the square in pixels; the drawing touches two opposite edges
     * @param ink color of single-colored drawings; art with colors of its own ignores it
     * @return TYPE_INT_ARGB, a fresh image [size, size]
     * @throws IllegalArgumentException if the set has no such concept
     */
    BufferedImage draw(String name, int size, Color ink);
}
