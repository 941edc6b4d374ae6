package embedrl.models.chat;

import java.util.AbstractList;
import java.util.List;

/** A list that Python prints in parentheses: what commas make, and the entries of maps. */
final class Tuple extends AbstractList<Object> {
    private final Object[] elements;

    Tuple(List<?> elements) {
        this.elements = elements.toArray();
    }

    @Override
    public Object get(int index) {
        return elements[index];
    }

    @Override
    public int size() {
        return elements.length;
    }
}
