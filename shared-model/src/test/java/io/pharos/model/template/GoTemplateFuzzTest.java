package io.pharos.model.template;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever is thrown at the parser and the executor, all that comes out is text or a [TemplateException].
class GoTemplateFuzzTest {
    private static final String[] PIECES = {
        "{{",
        "}}",
        "{{-",
        "-}}",
        " ",
        "\n",
        "if",
        "else",
        "end",
        "range",
        "with",
        "define",
        "template",
        "block",
        "break",
        "continue",
        "\"x\"",
        "`r`",
        "'c'",
        "1",
        "-2.5",
        "0x1F",
        "1e309",
        "$",
        "$x",
        ":=",
        "=",
        "|",
        "(",
        ")",
        ",",
        ".",
        ".a",
        ".m.k",
        ".l",
        "nil",
        "true",
        "printf",
        "\"%d%[2]*.*v\"",
        "index",
        "slice",
        "len",
        "eq",
        "lt",
        "and",
        "not",
        "html",
        "/*",
        "*/",
        "é",
        "\0",
        "\\",
        "text",
        "<a href=\"",
        "</script>",
        "<script>",
        "'",
        "\"",
        ">"
    };

    @Test
    void anyTextRendersOrIsRefused() {
        long seed = Long.getLong("seed", 20261125L);
        var random = new Random(seed);
        var data =
                GoMap.ofAny(Map.of("a", 1L, "m", GoMap.ofStrings(Map.of("k", "v")), "l", GoList.any(List.of(1L, "s"))));
        for (int i = 0; i < 40_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(24); n >= 0; n--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
                if (random.nextBoolean()) {
                    text.append(' ');
                }
            }
            check(text.toString(), data, seed);
            check("{{ " + text + " }}", data, seed);
        }
    }

    private static void check(String text, Object data, long seed) {
        try {
            GoTemplate set = GoTemplate.empty(TemplateFunctions.BUILT_IN, GoTemplate.MissingKey.ZERO)
                    .with("t", text);
            set.render("t", data);
            set.renderHtml("t", data, TemplateFunctions.BUILT_IN);
        } catch (TemplateException e) {
            // as it should
        } catch (RuntimeException | Error e) {
            fail("seed " + seed + ", text: " + text, e);
        }
    }
}
