package embedrl.models.chat;

import java.util.List;
import java.util.Map;

/** An expression of a template. */
sealed interface Expression {
    /** A constant. */
    record Literal(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> elements) implements Expression {}

    record TupleOf(List<Expression> elements) implements Expression {}

    /** Keys and values, one after another. */
    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {}

    /** {@code value.name}. */
    record Attribute(Expression value, String name) implements Expression {}

    /** {@code value[index]}. */
    record Item(Expression value, Expression index) implements Expression {}

    /** {@code value[start:stop:step]}; what is left out is null. */
    record Slice(Expression value, Expression start, Expression stop, Expression step) implements Expression {}

    record Call(Expression function, Arguments arguments) implements Expression {}

    /** {@code value|name(arguments)}. */
    record Filter(Expression value, String name, Arguments arguments) implements Expression {}

    /** {@code value is name arguments}, or {@code is not}. */
    record Test(Expression value, String name, List<Expression> arguments, boolean negated) implements Expression {}

    /** An operator with one operand: {@code not}, {@code -}, {@code +}. */
    record Unary(String operator, Expression operand) implements Expression {}

    /** An operator of numbers or texts with two operands, or {@code and}, {@code or}. */
    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code first op second op third …}: true if each neighboring pair compares so. */
    record Comparison(Expression first, List<String> operators, List<Expression> others) implements Expression {}

    /** {@code then if condition else otherwise}; {@code otherwise} may be null. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {}

    /** What a function, filter or macro is called with. */
    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}
