package embedrl.datasets.scenes;

import java.util.List;

/**
 * Is one thing that can be shown.
 *
 * @param name one lower-case word
 * @param tags words that people use for it, without the name itself
 */
public record Concept(String name, List<String> tags) {
    public Concept {
        tags = List.copyOf(tags);
        if (!name.matches("[a-z]+")) {
            throw new IllegalArgumentException("concept: the name must be one lower-case word, got '" + name + "'");
        }
    }
}
