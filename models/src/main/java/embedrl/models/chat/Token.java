package embedrl.models.chat;

/**
 * A part of a template's source.
 *
 * @param text for {@link Type#TEXT} what is printed, for a string literal its value, else as written
 * @param line the line it begins on, counted from 1
 */
record Token(Type type, String text, int line) {
    enum Type {
        /** Printed as it is. */
        TEXT,
        /** Begins an expression that is printed. */
        PRINT_BEGIN,
        /** Ends it. */
        PRINT_END,
        /** Begins a statement. */
        STATEMENT_BEGIN,
        /** Ends it. */
        STATEMENT_END,
        NAME, STRING, INTEGER, FLOAT, OPERATOR,
        /** Behind everything. */
        END
    }

    boolean is(String operatorOrName) {
        return (type == Type.OPERATOR || type == Type.NAME) && text.equals(operatorOrName);
    }
}
