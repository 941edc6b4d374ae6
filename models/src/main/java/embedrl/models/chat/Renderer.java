package embedrl.models.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the statements of a template once. Steps, depth and the length of texts are limited, so that any template ends soon. */
final class Renderer {
    private static final int DEEPEST = 400;
    private static final int DEEPEST_CALLS = 50;
    private static final long LONGEST_RANGE = 100_000;

    private final TemplateLimits limits;
    private final Filters filters = new Filters(this);
    private long steps;
    private int depth;
    private int calls;
    private int line = 1;
    private long printed;

    /** How statements ended. */
    private enum Flow { NEXT, BREAK, CONTINUE }

    Renderer(TemplateLimits limits) {
        this.limits = limits;
    }

    String render(List<Statement> body, Map<String, Object> variables) {
        Scope globals = new Scope(null);
        globals.set("namespace", (Function) (arguments, named) -> new Namespace(named));
        globals.set("dict", (Function) (arguments, named) -> new LinkedHashMap<Object, Object>(named));
        globals.set("range", (Function) (arguments, named) -> range(arguments));
        globals.set("raise_exception", (Function) (arguments, named) -> {
            throw new TemplateException("the template refuses: " + text(arguments.getFirst()));
        });
        variables.forEach((name, value) -> globals.set(name, Values.of(value)));
        StringBuilder out = new StringBuilder();
        try {
            run(body, new Scope(globals), out);
        } catch (TemplateException e) {
            throw e.getMessage().startsWith("template line") ? e : new TemplateException("template line " + line + ": " + e.getMessage());
        } catch (IndexOutOfBoundsException | java.util.NoSuchElementException e) {
            // Filters and methods take their arguments by position.
            throw new TemplateException("template line " + line + ": a function or filter needs more arguments: " + e.getMessage());
        }
        return out.toString();
    }

    int limit() {
        return limits.characters();
    }

    String text(Object value) {
        return Printed.text(value, limits.characters());
    }

    private Flow run(List<Statement> body, Scope scope, StringBuilder out) {
        for (Statement statement : body) {
            Flow flow = run(statement, scope, out);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        step();
        switch (statement) {
            case Statement.Text(String text) -> print(text, out);
            case Statement.Print(Expression value, int at) -> {
                line = at;
                print(text(value(value, scope)), out);
            }
            case Statement.If branch -> {
                line = branch.line();
                return run(Values.isTrue(value(branch.condition(), scope)) ? branch.then() : branch.otherwise(), scope, out);
            }
            case Statement.For loop -> {
                return loop(loop, scope, out);
            }
            case Statement.Set set -> {
                line = set.line();
                set(set, value(set.value(), scope), scope);
            }
            case Statement.SetBlock(String target, List<Statement> inner, int at) -> {
                StringBuilder captured = new StringBuilder();
                run(inner, new Scope(scope), captured);
                scope.set(target, captured.toString());
            }
            case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
            case Statement.Block(List<Statement> inner) -> {
                return run(inner, new Scope(scope), out);
            }
            case Statement.Break(int at) -> {
                return Flow.BREAK;
            }
            case Statement.Continue(int at) -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.NEXT;
    }

    private Flow loop(Statement.For loop, Scope scope, StringBuilder out) {
        line = loop.line();
        List<Object> elements = new ArrayList<>(Values.elements(value(loop.values(), scope)));
        if (loop.condition() != null) {
            elements.removeIf(element -> {
                step();
                Scope inner = new Scope(scope);
                unpack(loop.targets(), element, inner);
                return !Values.isTrue(value(loop.condition(), inner));
            });
        }
        for (int i = 0; i < elements.size(); i++) {
            step();
            Scope inner = new Scope(scope);
            inner.set("loop", new Loop(elements, i));
            unpack(loop.targets(), elements.get(i), inner);
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        return elements.isEmpty() ? run(loop.otherwise(), new Scope(scope), out) : Flow.NEXT;
    }

    private static void unpack(List<String> targets, Object value, Scope scope) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        List<?> parts = Values.elements(value);
        if (parts.size() != targets.size()) {
            throw new TemplateException("there are " + targets.size() + " names " + targets + " for " + parts.size() + " values");
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(targets.get(i), parts.get(i));
        }
    }

    private void set(Statement.Set set, Object value, Scope scope) {
        if (set.attribute() == null) {
            unpack(set.targets(), value, scope);
        } else if (scope.get(set.targets().getFirst()) instanceof Namespace namespace) {
            namespace.set(set.attribute(), value);
        } else {
            throw new TemplateException("only a namespace can be set by attribute, '" + set.targets().getFirst() + "' is none");
        }
    }

    private Function macro(Statement.Macro macro, Scope scope) {
        return (arguments, named) -> {
            Scope inner = new Scope(scope);
            List<String> names = macro.parameters();
            if (arguments.size() > names.size() || !names.containsAll(named.keySet())) {
                throw new TemplateException("macro '" + macro.name() + "' takes " + names + ", got " + arguments.size() + " arguments and " + named.keySet());
            }
            int firstDefault = names.size() - macro.defaults().size();
            for (int i = 0; i < names.size(); i++) {
                boolean given = i < arguments.size() || named.containsKey(names.get(i));
                Object value = i < arguments.size() ? arguments.get(i) : named.get(names.get(i));
                inner.set(names.get(i), given ? value : i >= firstDefault ? value(macro.defaults().get(i - firstDefault), inner) : new Undefined(names.get(i)));
            }
            if (++calls > DEEPEST_CALLS) {
                throw new TemplateException("macros call each other more than " + DEEPEST_CALLS + " deep");
            }
            StringBuilder out = new StringBuilder();
            run(macro.body(), inner, out);
            calls--;
            return out.toString();
        };
    }

    private static List<Object> range(List<Object> arguments) {
        long first = arguments.size() > 1 ? Values.integer(arguments.get(0)) : 0;
        long last = Values.integer(arguments.get(arguments.size() > 1 ? 1 : 0));
        long by = arguments.size() > 2 ? Values.integer(arguments.get(2)) : 1;
        if (by == 0 || Math.abs((last - first) / by) > LONGEST_RANGE) {
            throw new TemplateException("range takes a step other than 0 and gives at most " + LONGEST_RANGE + " numbers, got " + arguments);
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = first; by > 0 ? i < last : i > last; i += by) {
            numbers.add(i);
        }
        return numbers;
    }

    /** The value of an expression. */
    private Object value(Expression expression, Scope scope) {
        step();
        if (++depth > DEEPEST) {
            throw new TemplateException("expressions are nested more than " + DEEPEST + " deep");
        }
        Object value = switch (expression) {
            case Expression.Literal(Object constant) -> constant;
            case Expression.Name(String name) -> scope.get(name);
            case Expression.ListOf(List<Expression> elements) -> values(elements, scope);
            case Expression.TupleOf(List<Expression> elements) -> new Tuple(values(elements, scope));
            case Expression.MapOf(List<Expression> keys, List<Expression> elements) -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                for (int i = 0; i < keys.size(); i++) {
                    map.put(key(value(keys.get(i), scope)), value(elements.get(i), scope));
                }
                yield map;
            }
            case Expression.Attribute(Expression of, String name) -> attribute(value(of, scope), name);
            case Expression.Item(Expression of, Expression index) -> item(value(of, scope), value(index, scope));
            case Expression.Slice(Expression of, Expression start, Expression stop, Expression step) -> Values.slice(value(of, scope),
                    optional(start, scope), optional(stop, scope), optional(step, scope));
            case Expression.Call(Expression function, Expression.Arguments arguments) -> call(function, arguments, scope);
            case Expression.Filter(Expression of, String name, Expression.Arguments arguments) ->
                    filters.apply(name, value(of, scope), values(arguments.positional(), scope), named(arguments, scope));
            case Expression.Test(Expression of, String name, List<Expression> arguments, boolean negated) ->
                    Tests.holds(name, value(of, scope), values(arguments, scope)) != negated;
            case Expression.Unary(String operator, Expression operand) -> unary(operator, value(operand, scope));
            case Expression.Binary(String operator, Expression left, Expression right) -> binary(operator, left, right, scope);
            case Expression.Comparison comparison -> comparison(comparison, scope);
            case Expression.Conditional(Expression condition, Expression then, Expression otherwise) -> Values.isTrue(value(condition, scope))
                    ? value(then, scope) : otherwise == null ? new Undefined("the else of a condition") : value(otherwise, scope);
        };
        depth--;
        // Whatever is done with a value takes time with its length, so that each use of a long one counts as many steps.
        steps += switch (value) {
            case String text -> text.length() >> 4;
            case List<?> list -> list.size() >> 2;
            case Map<?, ?> map -> map.size() >> 2;
            case null, default -> 0;
        };
        return value;
    }

    private Object optional(Expression expression, Scope scope) {
        return expression == null ? null : value(expression, scope);
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    private Map<String, Object> named(Expression.Arguments arguments, Scope scope) {
        Map<String, Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return named;
    }

    private static Object key(Object value) {
        if (value == null || value instanceof String || Values.isNumber(value)) {
            return value;
        }
        throw new TemplateException("the key of a map is a text or number, got " + Values.kind(value));
    }

    private Object call(Expression function, Expression.Arguments arguments, Scope scope) {
        Object called = value(function, scope);
        if (called instanceof Function callable) {
            return callable.call(values(arguments.positional(), scope), named(arguments, scope));
        }
        throw called instanceof Undefined undefined ? undefined.error() : new TemplateException(Values.kind(called) + " cannot be called");
    }

    /** What {@code value.name} stands for: a method, or else an element of a map. */
    Object attribute(Object value, String name) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Loop loop -> loop.get(name);
            case Namespace namespace -> namespace.get(name);
            case Map<?, ?> map -> {
                Function method = Maps.method(map, name);
                yield method != null ? method : map.containsKey(name) ? map.get(name) : new Undefined(name);
            }
            case String text -> {
                Function method = Texts.method(text, name);
                yield method != null ? method : new Undefined(name);
            }
            case null, default -> new Undefined(name);
        };
    }

    private Object item(Object value, Object index) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Map<?, ?> map -> Values.contains(map, index) ? map.get(index) : index instanceof String name ? attribute(value, name) : new Undefined(text(index));
            case List<?> list when index instanceof Long number -> element(list, number);
            case String text when index instanceof Long number -> character(text, number);
            case null, default -> index instanceof String name ? attribute(value, name) : new Undefined("[" + text(index) + "]");
        };
    }

    private static Object element(List<?> list, long index) {
        long at = index < 0 ? index + list.size() : index;
        return at >= 0 && at < list.size() ? list.get((int) at) : new Undefined("element " + index);
    }

    private static Object character(String text, long index) {
        long length = Values.length(text);
        long at = index < 0 ? index + length : index;
        return at >= 0 && at < length ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at))) : new Undefined("character " + index);
    }

    private static Object unary(String operator, Object value) {
        return switch (operator) {
            case "not" -> !Values.isTrue(value);
            case "-" -> Operators.negated(value);
            default -> Values.number(value);
        };
    }

    private Object binary(String operator, Expression left, Expression right, Scope scope) {
        Object first = value(left, scope);
        return switch (operator) {
            case "and" -> Values.isTrue(first) ? value(right, scope) : first;
            case "or" -> Values.isTrue(first) ? first : value(right, scope);
            case "~" -> Operators.joined(text(first), text(value(right, scope)), limit());
            default -> Operators.binary(operator, first, value(right, scope), limit());
        };
    }

    private boolean comparison(Expression.Comparison comparison, Scope scope) {
        Object left = value(comparison.first(), scope);
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.others().get(i), scope);
            boolean holds = switch (comparison.operators().get(i)) {
                case "==" -> Values.equal(left, right);
                case "!=" -> !Values.equal(left, right);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                case ">=" -> Values.compare(left, right) >= 0;
                case "in" -> Values.contains(right, left);
                default -> !Values.contains(right, left);
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private void print(String text, StringBuilder out) {
        printed += text.length();
        if (printed > limits.characters()) {
            throw new TemplateException("the text is longer than " + limits.characters() + " characters");
        }
        out.append(text);
    }

    private void step() {
        if (++steps > limits.steps()) {
            throw new TemplateException("rendering takes more than " + limits.steps() + " steps");
        }
    }
}
