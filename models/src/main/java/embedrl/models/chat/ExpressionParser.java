package embedrl.models.chat;

import embedrl.models.chat.Expression.Arguments;
import embedrl.models.chat.Token.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the expressions of a template, by recursive descent in the order of Jinja's precedence. */
final class ExpressionParser {
    private static final int DEEPEST = 200;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

    private final TokenReader tokens;
    private int depth;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /** An expression, or several with commas between, which are a list. */
    Expression tuple() {
        return tuple(expression(), true);
    }

    /** As {@link #tuple}, but an {@code if} behind it does not belong to it. */
    Expression tupleWithoutCondition() {
        return tuple(or(), false);
    }

    private Expression tuple(Expression first, boolean conditional) {
        if (!tokens.peek().is(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.accept(",")) {
            Type next = tokens.peek().type();
            if (next == Type.PRINT_END || next == Type.STATEMENT_END || tokens.peek().is(")")) {
                break;
            }
            elements.add(conditional ? expression() : or());
        }
        return new Expression.TupleOf(elements);
    }

    Expression expression() {
        enter();
        Expression value = or();
        while (tokens.accept("if")) {
            Expression condition = or();
            Expression otherwise = tokens.accept("else") ? expression() : null;
            value = new Expression.Conditional(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.accept("or")) {
            left = new Expression.Binary("or", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.accept("and")) {
            left = new Expression.Binary("and", left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.accept("not")) {
            return comparison();
        }
        enter();
        Expression operand = not();
        depth--;
        return new Expression.Unary("not", operand);
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.type() == Type.OPERATOR && COMPARISONS.contains(token.text()) || token.is("in")) {
                tokens.next();
                operators.add(token.text());
            } else if (token.is("not")) {
                tokens.next();
                tokens.expect("in");
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
            }
            others.add(sum());
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.peek().is("+") || tokens.peek().is("-")) {
            left = new Expression.Binary(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (tokens.accept("~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (tokens.peek().is("*") || tokens.peek().is("/") || tokens.peek().is("//") || tokens.peek().is("%")) {
            left = new Expression.Binary(tokens.next().text(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.accept("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filters) {
        if (tokens.peek().is("-") || tokens.peek().is("+")) {
            enter();
            Expression value = new Expression.Unary(tokens.next().text(), unary(false));
            depth--;
            return filters ? filters(value) : value;
        }
        Expression value = postfix(primary());
        return filters ? filters(value) : value;
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.accept(".")) {
                Token name = tokens.next();
                if (name.type() == Type.INTEGER) {
                    value = new Expression.Item(value, new Expression.Literal(integer(name)));
                } else if (name.type() == Type.NAME) {
                    value = new Expression.Attribute(value, name.text());
                } else {
                    throw tokens.unexpected(name, "a name");
                }
            } else if (tokens.accept("[")) {
                value = subscript(value);
            } else if (tokens.accept("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression value) {
        Expression start = tokens.peek().is(":") ? null : expression();
        if (tokens.accept("]")) {
            return new Expression.Item(value, start);
        }
        tokens.expect(":");
        Expression stop = tokens.peek().is(":") || tokens.peek().is("]") ? null : expression();
        Expression step = tokens.accept(":") && !tokens.peek().is("]") ? expression() : null;
        tokens.expect("]");
        return new Expression.Slice(value, start, stop, step);
    }

    private Arguments arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.accept(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                tokens.expect(",");
                if (tokens.accept(")")) {
                    break;
                }
            }
            Expression value = expression();
            if (value instanceof Expression.Name(String name) && tokens.accept("=")) {
                if (named.put(name, expression()) != null) {
                    throw tokens.error("argument '" + name + "' is given twice");
                }
            } else if (named.isEmpty()) {
                positional.add(value);
            } else {
                throw tokens.error("an argument without a name stands behind one with a name");
            }
        }
        return new Arguments(positional, named);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.accept("|")) {
                String name = tokens.name();
                value = new Expression.Filter(value, name, tokens.accept("(") ? arguments() : Arguments.NONE);
            } else if (tokens.accept("is")) {
                boolean negated = tokens.accept("not");
                value = new Expression.Test(value, tokens.name(), testArguments(), negated);
            } else if (tokens.accept("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private List<Expression> testArguments() {
        Token token = tokens.peek();
        if (tokens.accept("(")) {
            return arguments().positional();
        }
        boolean argument = switch (token.type()) {
            case STRING, INTEGER, FLOAT -> true;
            case NAME -> !Set.of("else", "or", "and", "is", "if", "in", "not").contains(token.text());
            case OPERATOR -> token.is("[") || token.is("{");
            default -> false;
        };
        return argument ? List.of(postfix(primary())) : List.of();
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.type()) {
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.peek().type() == Type.STRING) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Literal(text.toString());
            }
            case INTEGER -> new Expression.Literal(integer(token));
            case FLOAT -> new Expression.Literal(number(token));
            case NAME -> switch (token.text()) {
                case "true", "True" -> new Expression.Literal(true);
                case "false", "False" -> new Expression.Literal(false);
                case "none", "None" -> new Expression.Literal(null);
                default -> new Expression.Name(token.text());
            };
            case OPERATOR -> bracket(token);
            default -> throw tokens.unexpected(token, "an expression");
        };
    }

    private Expression bracket(Token token) {
        enter();
        Expression value = switch (token.text()) {
            case "(" -> {
                if (tokens.accept(")")) {
                    yield new Expression.TupleOf(List.of());
                }
                Expression inner = tuple();
                tokens.expect(")");
                yield inner;
            }
            case "[" -> {
                List<Expression> elements = new ArrayList<>();
                while (!tokens.accept("]")) {
                    if (!elements.isEmpty()) {
                        tokens.expect(",");
                        if (tokens.accept("]")) {
                            break;
                        }
                    }
                    elements.add(expression());
                }
                yield new Expression.ListOf(elements);
            }
            case "{" -> map();
            default -> throw tokens.unexpected(token, "an expression");
        };
        depth--;
        return value;
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.accept("}")) {
            if (!keys.isEmpty()) {
                tokens.expect(",");
                if (tokens.accept("}")) {
                    break;
                }
            }
            keys.add(expression());
            tokens.expect(":");
            values.add(expression());
        }
        return new Expression.MapOf(keys, values);
    }

    private Long integer(Token token) {
        try {
            return Long.valueOf(token.text().replace("_", ""));
        } catch (NumberFormatException e) {
            throw tokens.unexpected(token, "an integer of 64 bits");
        }
    }

    private Double number(Token token) {
        try {
            return Double.valueOf(token.text().replace("_", ""));
        } catch (NumberFormatException e) {
            throw tokens.unexpected(token, "a number");
        }
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw tokens.error("an expression is nested more than " + DEEPEST + " deep");
        }
    }
}
