package io.pharos.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatcherTest {
    @Test
    void aMissingLabelCountsAsEmpty() {
        var labels = Labels.of("job", "api");
        assertThat(Matcher.equal("env", "").matches(labels)).isTrue();
        assertThat(Matcher.notEqual("env", "").matches(labels)).isFalse();
        assertThat(Matcher.regex("env", ".*").matches(labels)).isTrue();
        assertThat(Matcher.regex("env", ".+").matches(labels)).isFalse();
    }

    @Test
    void regularExpressionsAreAnchoredAndTheDotMatchesNewline() {
        assertThat(Matcher.regex("a", "b").matches("abc")).isFalse();
        assertThat(Matcher.regex("a", "a.c").matches("a\nc")).isTrue();
        assertThat(Matcher.regex("a", "a|bc").matches("bc")).isTrue();
        assertThat(Matcher.regex("a", "a|bc").matches("abc")).isFalse();
    }

    @Test
    void shortCutsAgreeWithTheAutomaton() {
        var expressions = List.of(
                "a",
                "a|b|",
                "ab.*",
                "ab.+",
                ".*",
                ".+",
                "(a|b)c",
                "a\\.b",
                "",
                "a.*b",
                "(?i)ab",
                "[ab]+.*",
                ".*b",
                ".+b",
                ".*b.*",
                ".+b.+",
                "(a|b).*",
                ".*(a|b)",
                "^ab$",
                "^a|b$",
                "a|b.*",
                "a\\.*",
                "a\\$",
                "(a|bc)?",
                "[a-c]b?",
                "a(b|c(d|e))",
                "(?:a|b)",
                "[^a]b",
                "a{2}",
                "[a-]b",
                "()",
                "(a|)b",
                "a||b",
                ".*|b",
                "\\w+",
                "é|[0-9]",
                "(a|b)(c|d).+");
        var values = List.of(
                "", "a", "b", "ab", "abc", "AB", "ac", "bc", "a.b", "axb", "ab\n", "aab", "ba", "b\n", "a\nb", "bab",
                "aa", "a$", "a..", "acd", "ace", "é", "7", "-b", "ad", "bdx", "xbx", "cb");
        for (String expression : expressions) {
            Pattern slow = Pattern.compile("^(?s:" + expression + ")$");
            for (String value : values) {
                assertThat(FastRegex.compile(expression).matches(value))
                        .as("%s on %s", expression, value)
                        .isEqualTo(slow.matches(value));
            }
        }
    }

    @Test
    void whatDashboardsWriteIsASetOfLiterals() {
        assertThat(FastRegex.compile("(api|web)-[12]").literals()).contains(Set.of("api-1", "api-2", "web-1", "web-2"));
        assertThat(FastRegex.compile("10\\.0\\.0\\.1:80|b").literals()).contains(Set.of("10.0.0.1:80", "b"));
        assertThat(FastRegex.compile("api-.+").prefix()).contains("api-");
        assertThat(FastRegex.compile(".*api").prefix()).isEmpty();
    }

    @Test
    void caseIsFoldedAsUnicodeDoes() {
        assertThat(FastRegex.compile("(?i)k").matches("\u212a")).isTrue(); // the sign of kelvin
        assertThat(FastRegex.compile("(?i)[a-z]+").matches("\u017f\u212a")).isTrue(); // long s
        assertThat(FastRegex.compile("(?i)\u03c3").matches("\u03c2")).isTrue(); // final sigma
        assertThat(FastRegex.compile("(?i)strasse").matches("stra\u00dfe")).isFalse();
        assertThat(FastRegex.compile("(?i)api|WEB").matches("Web")).isTrue();
        assertThat(FastRegex.compile("a(?i)b").matches("Ab")).isFalse();
        assertThat(FastRegex.compile("k").matches("\u212a")).isFalse();
    }

    @Test
    void aBrokenExpressionIsToldInGoWords() {
        assertThatThrownBy(() -> Matcher.regex("a", "["))
                .isInstanceOf(BadRegexException.class)
                .hasMessage("error parsing regexp: missing closing ]: `[`");
    }

    @Test
    void printsAsPrometheusDoes() {
        assertThat(Matcher.regex("job", "a\"b").toString()).isEqualTo("job=~\"a\\\"b\"");
        assertThat(Matcher.notEqual("my.label", "x").toString()).isEqualTo("\"my.label\"!=\"x\"");
    }
}
