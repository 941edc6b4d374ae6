package embedrl.models.chat;

import java.util.List;

/** A statement of a template. */
sealed interface Statement {
    record Text(String text) implements Statement {}

    record Print(Expression value, int line) implements Statement {}

    /** {@code otherwise} is empty where there is none. */
    record If(Expression condition, List<Statement> then, List<Statement> otherwise, int line) implements Statement {}

    /** {@code condition} is null where every element is taken. */
    record For(List<String> targets, Expression values, Expression condition, List<Statement> body, List<Statement> otherwise, int line) implements Statement {}

    /** {@code {% set a = value %}}, {@code {% set space.name = value %}}: {@code attribute} is null for variables. */
    record Set(List<String> targets, String attribute, Expression value, int line) implements Statement {}

    /** {@code {% set name %}…{% endset %}}. */
    record SetBlock(String target, List<Statement> body, int line) implements Statement {}

    /** {@code defaults} belong to the last parameters. */
    record Macro(String name, List<String> parameters, List<Expression> defaults, List<Statement> body, int line) implements Statement {}

    /** A group of statements. */
    record Block(List<Statement> body) implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}
}
