package embedrl.models.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutated templates: nothing but text or a {@link TemplateException} may come out. */
class TemplateFuzzTest {
    private static final List<String> TEMPLATES = List.of("""
            {%- for message in messages %}
                {%- if loop.first and message['role'] != 'system' %}{{- 'You are.\\n' }}{% endif %}
                {{- '<|im_start|>' + message.role + '\\n' + message.content.split('</think>')[-1].lstrip('\\n') + '<|im_end|>' }}
            {%- endfor %}
            {% if add_generation_prompt %}{{ 'assistant' }}{% elif messages[::-1][0].content is string %}x{% else %}y{% endif %}
            """, """
            {% set ns = namespace(a=0, b='x') %}{% macro m(a, b=2) -%} {{ a }}{{ b|tojson(indent=2) }} {%- endmacro %}{{ m(1) ~ m(b=[1, {'k': none}], a=2.5) }}
            {% for k, v in {'a': 1, 'b': [2, 3]}.items() if k in 'ab' %}{% set ns.a = ns.a + loop.index0 * 2 ** 3 // 2 % 5 %}{% if v == 1 %}{% continue %}{% endif %}{{ k }}{% break %}{% endfor %}
            {{ messages|map(attribute='role')|join(', ')|upper }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ q|default('d', true) }}{# c #}{% raw %}{{ }}{% endraw %}
            {% set t %}{{ -1.5e3 if true and not false or x is defined else 'e' }}{% endset %}{{ t|trim|replace('1', '2')|title }}{{ range(3)|list }}{{ 'a,b'.rsplit(',', 1) }}
            """);
    private static final List<String> PIECES = List.of("{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", ".", ":", ",", "if",
            "for", "in", "is", "not", "endif", "endfor", "set", "macro", "else", "**", "//", "~", "9223372036854775807", "1e400", "range(99999)", "'x' * 99999", "messages",
            "|tojson", "|map", "|sort", "|sum", "|min", "[::-1]", "[1:2:0]", "namespace()", "loop", "\n", "\\x", "\\u12", "none", "\ud83d");

    static long run(long seed, int mutations) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", List.of(Map.of("role", "user", "content", "a</think>\nb"), Map.of("role", "assistant", "content", "c")));
        variables.put("add_generation_prompt", null);
        TemplateLimits limits = new TemplateLimits(100_000, 20_000);
        long rendered = 0;
        for (int i = 0; i < mutations; i++) {
            String template = mutated(TEMPLATES.get(random.nextInt(TEMPLATES.size())), random);
            try {
                rendered += Template.parse(template).render(variables, limits) == null ? 0 : 1;
            } catch (TemplateException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("mutation " + i + " of seed " + seed + ": " + template, e);
            }
        }
        return rendered;
    }

    private static String mutated(String template, SplittableRandom random) {
        StringBuilder text = new StringBuilder(template);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(random.nextInt(3) == 0 ? 60 : 4));
            String piece = switch (random.nextInt(3)) {
                case 0 -> "";
                case 1 -> PIECES.get(random.nextInt(PIECES.size()));
                default -> {
                    int from = random.nextInt(template.length());
                    yield template.substring(from, Math.min(template.length(), from + random.nextInt(30)));
                }
            };
            text.replace(at, to, piece);
        }
        return text.toString();
    }

    @Test
    void mutatedTemplatesRenderOrGiveCleanErrors() {
        assertThat(run(1, 3000)).isPositive();
    }

    /** Runs as many mutations as the first argument says. */
    public static void main(String[] arguments) {
        long start = System.nanoTime();
        int mutations = Integer.parseInt(arguments[0]);
        System.out.println(mutations + " mutations, " + run(2, mutations) + " rendered, " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
