package embedrl.models.chat;

import embedrl.models.chat.Token.Type;
import java.util.List;

/** Reads tokens one after another. */
final class TokenReader {
    private final List<Token> tokens;
    private int position;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(position);
    }

    Token next() {
        Token token = tokens.get(position);
        // The last token is the end, which stays.
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean accept(String operatorOrName) {
        boolean found = peek().is(operatorOrName);
        if (found) {
            next();
        }
        return found;
    }

    void expect(String operatorOrName) {
        Token token = next();
        if (!token.is(operatorOrName)) {
            throw unexpected(token, "'" + operatorOrName + "'");
        }
    }

    void expect(Type type, String shown) {
        Token token = next();
        if (token.type() != type) {
            throw unexpected(token, "'" + shown + "'");
        }
    }

    String name() {
        Token token = next();
        if (token.type() != Type.NAME) {
            throw unexpected(token, "a name");
        }
        return token.text();
    }

    TemplateException unexpected(Token found, String expected) {
        String shown = found.text().isEmpty() ? found.type().toString() : "'" + found.text() + "'";
        return new TemplateException("template line " + found.line() + ": expected " + expected + ", found " + shown);
    }

    TemplateException error(String problem) {
        return new TemplateException("template line " + peek().line() + ": " + problem);
    }
}
