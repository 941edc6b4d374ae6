package embedrl.models.chat;

import java.util.List;
import java.util.Map;

/**
 * A template in the part of Jinja that chat templates use.
 *
 * <p>Statements if, for, set, macro, generation, break, continue and raw; expressions with filters and tests; the white-space rules
 * that chat templates are written for (trim_blocks and lstrip_blocks). A template sees nothing but the variables it is given, and
 * cannot change them. What is not supported is refused when the template is read, an unknown filter or test when it is reached.
 */
public final class Template {
    private static final int LONGEST = 1_000_000;

    private final List<Statement> body;

    private Template(List<Statement> body) {
        this.body = body;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException if it is malformed or uses a statement that is not supported
     */
    public static Template parse(String source) {
        if (source.length() > LONGEST) {
            throw new TemplateException("a template has at most " + LONGEST + " characters, got " + source.length());
        }
        return new Template(Parser.parse(source));
    }

    /** Renders with the standard limits; see {@link #render(Map, TemplateLimits)}. */
    public String render(Map<String, ?> variables) {
        return render(variables, TemplateLimits.STANDARD);
    }

    /**
     * Renders with variables made of null, booleans, numbers, strings, lists and maps.
     *
     * @throws TemplateException if the template refuses them, uses what is undefined, or goes over a limit
     */
    public String render(Map<String, ?> variables, TemplateLimits limits) {
        return new Renderer(limits).render(body, new java.util.HashMap<>(variables));
    }
}
