package embedrl.models.chat;

import java.util.List;
import java.util.Map;

/** Something that a template can call. */
@FunctionalInterface
interface Function {
    Object call(List<Object> positional, Map<String, Object> named);
}
