package embedrl.models.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TemplateTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static String render(String template) {
        return Template.parse(template).render(Map.of());
    }

    @Test
    void rendersAsJinjaDoes() throws IOException {
        JsonNode root;
        try (InputStream in = TemplateTest.class.getResourceAsStream("/chat/templates.json")) {
            root = JSON.readTree(in);
        }
        Map<String, Object> variables = JSON.convertValue(root.get("variables"), new TypeReference<>() { });
        assertThat(root.get("cases").size()).isEqualTo(64);
        for (JsonNode one : root.get("cases")) {
            String template = one.get("template").stringValue();
            if (one.get("expected").isNull()) {
                assertThatThrownBy(() -> Template.parse(template).render(variables)).as(template).isInstanceOf(TemplateException.class)
                        .hasMessageStartingWith("template line ");
            } else {
                assertThat(Template.parse(template).render(variables)).as(template).isEqualTo(one.get("expected").stringValue());
            }
        }
    }

    @Test
    void errorsNameTheLine() {
        assertThatThrownBy(() -> render("a\n\n{{ x.y }}")).hasMessage("template line 3: 'x' is undefined");
        assertThatThrownBy(() -> render("{% for a in [1] %}\n{% bad %}")).hasMessageStartingWith("template line 2: statement 'bad' is not supported");
        assertThatThrownBy(() -> render("\n{{ 'abc }}")).hasMessage("template line 2: a string has no end; close it with '");
        assertThatThrownBy(() -> render("{{ raise_exception('roles must alternate') }}")).hasMessageContaining("the template refuses: roles must alternate");
        assertThatThrownBy(() -> render("{{ 'a'|replace('b') }}")).hasMessageContaining("needs more arguments");
        assertThatThrownBy(() -> render("{{ 9223372036854775807 + 1 }}")).hasMessageContaining("does not fit 64 bits");
    }

    @Test
    void noTemplateRunsForLongOrFillsMemory() {
        limited("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "more than 100000 steps");
        limited("{{ 'a' * 1000000000 }}", "longer than 1000000");
        limited("{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}", "longer than 1000000|more than 100000 steps");
        limited("{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}", "longer than|nested more than");
        limited("{% for a in range(10000) %}{{ 'x' * 1000 }}{% endfor %}", "longer than 1000000|more than 100000 steps");
        String doubled = "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}";
        limited(doubled + "{{ ns.a == ns.b }}", "comparing two values takes more than");
        limited(doubled + "{{ ns.a in [ns.b] }}{{ [ns.a, ns.b]|sort }}", "comparing two values takes more than");
        limited(doubled + "{{ ns.a in {'k': 1} }}", "the key of a map is a text or number");
        limited(doubled + "{{ [ns.a, ns.b]|unique }}", "unique needs texts or numbers");
        limited("{% set x = 'ab' * 400000 %}{% for i in range(100000) %}{{ 'c' in x }}{% endfor %}", "more than 100000 steps");
        limited("{{ range(1000000000) }}", "at most 100000 numbers");
        limited("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "more than 50 deep");
        limited("{{ " + "(".repeat(10_000) + "1" + ")".repeat(10_000) + " }}", "nested more than 200 deep");
        limited("{{ " + "1+".repeat(100_000) + "1 }}", "nested more than 400 deep");
        limited("{{ x" + ".a".repeat(100_000) + " }}", "nested more than 400 deep");
        limited("{% if x %}".repeat(10_000), "nested more than 100 deep");
        limited("{% if x %}" + "{% elif x %}".repeat(10_000), "nested more than 100 deep");
        limited("{{ " + "not ".repeat(10_000) + "x }}", "nested more than 200 deep");
        limited("x".repeat(1_000_001), "at most 1000000 characters");
    }

    private static void limited(String template, String messages) {
        assertThatThrownBy(() -> Template.parse(template).render(Map.of(), new TemplateLimits(1_000_000, 100_000))).isInstanceOf(TemplateException.class)
                .hasMessageMatching("(?s).*(" + messages + ").*");
    }

    @Test
    void templatesSeeOnlyWhatTheyAreGiven() {
        assertThat(render("{{ ''.getClass }}{{ ''.class }}{{ [].class }}{{ {}.class }}{{ range.class }}")).isEmpty();
        assertThatThrownBy(() -> Template.parse("{{ o }}").render(Map.of("o", new Object()))).isInstanceOf(TemplateException.class)
                .hasMessageContaining("got java.lang.Object");
    }
}
