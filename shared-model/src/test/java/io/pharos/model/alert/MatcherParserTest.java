package io.pharos.model.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Labels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherParserTest {
    private static final MatcherParser FALLBACK = MatcherParser.FALLBACK;
    private static final MatcherParser STRICT = new MatcherParser(MatcherParser.Mode.UTF8_STRICT);
    private static final MatcherParser CLASSIC = new MatcherParser(MatcherParser.Mode.CLASSIC);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '$',
            value = {
                "a=b ; a=\"b\"",
                "{a=\"b\"} ; a=\"b\"",
                " a =~ x|y , ; a=~\"x|y\"",
                "{ a = \"x,y\" , b!~\"[a-c]{2}\" } ; a=\"x,y\",b!~\"[a-c]{2}\"",
                "a=\"q\\\"d\" ; a=\"q\\\"d\"",
                "a=x=y ; a=\"x=y\"",
                "a= ; a=\"\"",
                "a=x y ; a=\"x y\"",
                "\"Σ x\"=ü ; \"Σ x\"=\"ü\"",
                "a=\"\\u00e9\" ; a=\"\\\\u00e9\"",
                "{} ; $$",
                "🙂=a ; 🙂=\"a\"",
            })
    void fallbackReadsBothGrammars(String input, String printed) {
        assertThat(FALLBACK.matchers(input).stream().map(AlertMatcher::toString))
                .containsExactlyElementsOf(
                        printed.isEmpty() ? List.of() : List.of(printed.split(",(?=[a-z]!|[a-z]=)")));
    }

    @Test
    void fallbackReportsTheClassicErrorWhereBothFail() {
        for (String bad : List.of("a", "=b", "a<b", "a=b,,c=d", ",", "a!")) {
            assertThatThrownBy(() -> FALLBACK.matchers(bad)).as(bad).hasMessageStartingWith("bad matcher format: ");
        }
        assertThatThrownBy(() -> FALLBACK.matchers("a=\"b"))
                .hasMessage("matcher value contains unescaped double quote: \"b");
        assertThatThrownBy(() -> FALLBACK.matchers("a=~(b"))
                .hasMessage("error parsing regexp: missing closing ): `^(?:(b)$`");
    }

    @Test
    void disagreementGoesToTheClassicGrammarWithAWarning() {
        MatcherParser.Parsed parsed = FALLBACK.parse("a=\"\\\\pL\\x41\"");
        assertThat(parsed.matchers()).containsExactly(AlertMatcher.equal("a", "\\pL\\x41"));
        assertThat(parsed.warning()).isPresent();
        assertThat(FALLBACK.parse("a=b").warning()).isEmpty();
        assertThat(FALLBACK.parse("a=b c").warning()).isPresent();
    }

    @Test
    void strictModeSpeaksInColumns() {
        assertThatThrownBy(() -> STRICT.matchers("=")).hasMessage("0:1: unexpected =: expected label name");
        assertThatThrownBy(() -> STRICT.matchers("\"foo")).hasMessage("0:4: \"foo: missing end \"");
        assertThatThrownBy(() -> STRICT.matcher("a=b,c=d")).hasMessage("expected 1 matcher, found 2");
        assertThatThrownBy(() -> STRICT.matcher("")).hasMessage("no matchers");
        assertThatThrownBy(() -> STRICT.matchers("a=x y")).hasMessageContaining("expected a comma or close brace");
    }

    @Test
    void aSingleMatcherHasNoBraces() {
        assertThatThrownBy(() -> FALLBACK.matcher("{a=b}")).hasMessage("unexpected open or close brace: {a=b}");
        assertThat(FALLBACK.matcher("a=1,b=2")).isEqualTo(AlertMatcher.equal("a", "1,b=2"));
        assertThatThrownBy(() -> CLASSIC.matcher("Σ=x")).hasMessage("bad matcher format: Σ=x");
    }

    @Test
    void aDotDoesNotMatchANewline() {
        assertThat(AlertMatcher.regex("a", ".").matches("\n")).isFalse();
        assertThat(AlertMatcher.regex("a", "(?s).").matches("\n")).isTrue();
        assertThat(AlertMatcher.regex("a", "x*").matches(Labels.EMPTY)).isTrue();
    }

    @Test
    void annotationsKeepEmptyValues() {
        assertThat(Annotations.of(Map.of("empty", "", "full", "x")).toMap())
                .containsEntry("empty", "")
                .containsEntry("full", "x");
    }
}
