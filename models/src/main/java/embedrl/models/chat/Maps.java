package embedrl.models.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The methods of maps that templates use. Those that would change a map are left out: values are read-only. */
final class Maps {
    private Maps() {}

    /** The method of that name, or null where there is none. */
    static Function method(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (arguments, named) -> {
                List<Object> items = new ArrayList<>();
                map.forEach((key, value) -> items.add(new Tuple(Arrays.asList(key, value))));
                return items;
            };
            case "keys" -> (arguments, named) -> new ArrayList<Object>(map.keySet());
            case "values" -> (arguments, named) -> new ArrayList<Object>(map.values());
            case "get" -> (arguments, named) -> Values.contains(map, arguments.getFirst()) ? map.get(arguments.getFirst()) : arguments.size() > 1 ? arguments.get(1) : null;
            default -> null;
        };
    }
}
