package embedrl.models.chat;

import java.util.List;

/** What {@code loop} stands for inside a loop: the position, counted from 0, among all elements. */
record Loop(List<?> elements, int index) {
    Object get(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) elements.size() - index;
            case "revindex0" -> elements.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == elements.size() - 1;
            case "length" -> (long) elements.size();
            // Only recursive loops, which are not supported, are deeper.
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? elements.get(index - 1) : new Undefined("previtem");
            case "nextitem" -> index < elements.size() - 1 ? elements.get(index + 1) : new Undefined("nextitem");
            case "cycle" -> (Function) (arguments, named) -> arguments.get(index % arguments.size());
            default -> new Undefined("loop." + name);
        };
    }
}
