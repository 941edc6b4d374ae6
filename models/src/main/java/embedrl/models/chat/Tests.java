package embedrl.models.chat;

import java.util.List;
import java.util.Map;

/** The tests of templates: {@code value is name arguments}. */
final class Tests {
    private Tests() {}

    static boolean holds(String name, Object value, List<Object> arguments) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence" -> value instanceof List || value instanceof String || value instanceof Map || value instanceof Undefined;
            case "iterable" -> value instanceof List || value instanceof String || value instanceof Map || value instanceof Undefined;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value instanceof Boolean flag && flag;
            case "false" -> value instanceof Boolean flag && !flag;
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Values.isNumber(value);
            case "callable" -> value instanceof Function;
            case "odd" -> Math.floorMod(Values.number(value).longValue(), 2L) == 1;
            case "even" -> Math.floorMod(Values.number(value).longValue(), 2L) == 0;
            case "divisibleby" -> {
                long divisor = Values.number(arguments.getFirst()).longValue();
                if (divisor == 0) {
                    throw new TemplateException("division by 0");
                }
                yield Values.number(value).longValue() % divisor == 0;
            }
            case "in" -> Values.contains(arguments.getFirst(), value);
            case "eq", "equalto", "==" -> Values.equal(value, arguments.getFirst());
            case "ne", "!=" -> !Values.equal(value, arguments.getFirst());
            case "gt", "greaterthan", ">" -> Values.compare(value, arguments.getFirst()) > 0;
            case "ge", ">=" -> Values.compare(value, arguments.getFirst()) >= 0;
            case "lt", "lessthan", "<" -> Values.compare(value, arguments.getFirst()) < 0;
            case "le", "<=" -> Values.compare(value, arguments.getFirst()) <= 0;
            case "lower" -> value instanceof String text && text.equals(text.toLowerCase(java.util.Locale.ROOT)) && !text.equals(text.toUpperCase(java.util.Locale.ROOT));
            case "upper" -> value instanceof String text && text.equals(text.toUpperCase(java.util.Locale.ROOT)) && !text.equals(text.toLowerCase(java.util.Locale.ROOT));
            case "sameas" -> value == arguments.getFirst() || Values.equal(value, arguments.getFirst()) && !(value instanceof List) && !(value instanceof Map);
            default -> throw new TemplateException("test '" + name + "' is not supported");
        };
    }
}
