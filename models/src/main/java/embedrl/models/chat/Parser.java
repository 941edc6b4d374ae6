package embedrl.models.chat;

import embedrl.models.chat.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. */
final class Parser {
    private static final int DEEPEST = 100;

    private final TokenReader tokens;
    private final ExpressionParser expressions;
    private int depth;
    private int loops;

    private Parser(TokenReader tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String template) {
        return new Parser(new TokenReader(Lexer.tokens(template))).body(Set.of());
    }

    // Statements up to one of the given names; without names up to the end.
    private List<Statement> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw tokens.error("statements are nested more than " + DEEPEST + " deep");
        }
        List<Statement> body = new ArrayList<>();
        while (true) {
            Token token = tokens.next();
            switch (token.type()) {
                case TEXT -> body.add(new Statement.Text(token.text()));
                case PRINT_BEGIN -> {
                    body.add(new Statement.Print(expressions.tuple(), token.line()));
                    tokens.expect(Type.PRINT_END, "}}");
                }
                case STATEMENT_BEGIN -> {
                    if (tokens.peek().type() == Type.NAME && ends.contains(tokens.peek().text())) {
                        depth--;
                        return body;
                    }
                    body.add(statement(tokens.name(), token.line()));
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw tokens.error("the template ends before one of " + ends.stream().sorted().toList());
                    }
                    return body;
                }
                default -> throw tokens.unexpected(token, "text, {{ or {%");
            }
        }
    }

    private Statement statement(String name, int line) {
        return switch (name) {
            case "if" -> condition(line);
            case "for" -> loop(line);
            case "set" -> set(line);
            case "macro" -> macro(line);
            case "generation" -> {
                end();
                List<Statement> body = body(Set.of("endgeneration"));
                tokens.next();
                end();
                yield new Statement.Block(body);
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw tokens.error(name + " stands in no loop");
                }
                end();
                yield name.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
            }
            default -> throw tokens.error("statement '" + name + "' is not supported, use if, for, set, macro, generation, break or continue");
        };
    }

    private Statement condition(int line) {
        Expression condition = expressions.tuple();
        end();
        List<Statement> then = body(Set.of("elif", "else", "endif"));
        String next = tokens.name();
        List<Statement> otherwise = List.of();
        if (next.equals("elif")) {
            if (++depth > DEEPEST) {
                throw tokens.error("statements are nested more than " + DEEPEST + " deep");
            }
            otherwise = List.of(condition(line));
            depth--;
            return new Statement.If(condition, then, otherwise, line);
        }
        if (next.equals("else")) {
            end();
            otherwise = body(Set.of("endif"));
            tokens.next();
        }
        end();
        return new Statement.If(condition, then, otherwise, line);
    }

    private Statement loop(int line) {
        List<String> targets = targets();
        tokens.expect("in");
        Expression values = expressions.tupleWithoutCondition();
        Expression condition = null;
        if (tokens.accept("if")) {
            condition = expressions.expression();
        }
        end();
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.name().equals("else")) {
            end();
            otherwise = body(Set.of("endfor"));
            tokens.next();
        }
        end();
        return new Statement.For(targets, values, condition, body, otherwise, line);
    }

    private List<String> targets() {
        List<String> targets = new ArrayList<>();
        boolean bracket = tokens.accept("(");
        do {
            targets.add(tokens.name());
        } while (tokens.accept(","));
        if (bracket) {
            tokens.expect(")");
        }
        return targets;
    }

    private Statement set(int line) {
        List<String> targets = targets();
        String attribute = null;
        if (targets.size() == 1 && tokens.accept(".")) {
            attribute = tokens.name();
        }
        if (tokens.accept("=")) {
            Expression value = expressions.tuple();
            end();
            return new Statement.Set(targets, attribute, value, line);
        }
        if (targets.size() > 1 || attribute != null) {
            throw tokens.error("set needs a value for " + targets);
        }
        end();
        List<Statement> body = body(Set.of("endset"));
        tokens.next();
        end();
        return new Statement.SetBlock(targets.getFirst(), body, line);
    }

    private Statement macro(int line) {
        String name = tokens.name();
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        tokens.expect("(");
        while (!tokens.accept(")")) {
            if (!parameters.isEmpty()) {
                tokens.expect(",");
            }
            parameters.add(tokens.name());
            if (tokens.accept("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.error("parameter '" + parameters.getLast() + "' of macro '" + name + "' needs a default, since the one before has one");
            }
        }
        end();
        int outer = loops;
        loops = 0;
        List<Statement> body = body(Set.of("endmacro"));
        loops = outer;
        tokens.next();
        if (tokens.peek().type() == Type.NAME) {
            tokens.next();
        }
        end();
        return new Statement.Macro(name, parameters, defaults, body, line);
    }

    private void end() {
        tokens.expect(Type.STATEMENT_END, "%}");
    }
}
