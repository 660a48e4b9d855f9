package io.pharos.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTemplateTest {
    private final RuleTemplate.Surroundings surroundings = new RuleTemplate.Surroundings(
            expression -> {
                if (expression.equals("sum(")) {
                    throw new IllegalArgumentException("1:5: parse error: unclosed left parenthesis");
                }
                return expression.equals("none")
                        ? List.of()
                        : List.of(
                                new RuleTemplate.Sample(Map.of("a", "z", "__value__", "text"), 5.0),
                                new RuleTemplate.Sample(Map.of("a", "b"), 6.0));
            },
            Instant.ofEpochMilli(1_500),
            "http://prom:9090/x",
            "/x");

    private String expand(String template) {
        return RuleTemplate.parse("A", template)
                .expand(Map.of("n", "label value"), Map.of("cluster", "c"), 1234.5678, surroundings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\0',
            value = {
                "{{ $value }} {{ .Value }} {{ $value | printf \"%.2f\" }} => 1234.5678 1234.5678 1234.57",
                "{{ $labels.n }} {{ .Labels.n }} {{ $labels.missing }}! {{ $labels }} => label value label value ! map[n:label value]",
                "{{ $externalLabels.cluster }} {{ $externalURL }} {{ externalURL }} {{ pathPrefix }} => c http://prom:9090/x http://prom:9090/x /x",
                "{{ humanize $value }} {{ humanize 0.0123 }} {{ humanize \"2000000\" }} => 1.235k 12.3m 2M",
                "{{ humanize1024 1048576 }} {{ humanize1024 1500 }} {{ humanize1024 0.5 }} => 1Mi 1.465ki 0.5",
                "{{ humanizeDuration 172861 }} {{ humanizeDuration -61 }} {{ humanizeDuration 1e-9 }} => 2d 0h 1m 1s -1m 1s 1ns",
                "{{ humanizePercentage 0.1234567 }} {{ humanizeTimestamp 1435065584.128 }} => 12.35% 2015-06-23 13:19:44.128 +0000 UTC",
                "{{ (toTime 1435065584.128).Year }} {{ toTime 0 }} {{ parseDuration \"1h30m\" }} {{ now }} => 2015 1970-01-01 00:00:00 +0000 UTC 5400 1.5",
                "{{ title \"some wORDS o'neil\" }} {{ toUpper \"abc\" }} => Some WORDS O'Neil ABC",
                "{{ match \"a.c\" \"xabcx\" }} {{ reReplaceAll \"(a+)b\" \"$1-\" \"aabab\" }} => true aa-a-",
                "{{ graphLink \"rate(x[5m])\" }} {{ tableLink \"up\" }} => /graph?g0.expr=rate%28x%5B5m%5D%29&g0.tab=0 /graph?g0.expr=up&g0.tab=1",
                "{{ stripPort \"a.b:9100\" }} {{ stripDomain \"a.b.c:9100\" }} {{ stripDomain \"10.0.0.1:80\" }} => a.b a:9100 10.0.0.1:80",
                "{{ with query \"x\" }}{{ . | first | value }}{{ end }} {{ query \"x\" | first | label \"a\" }} {{ strvalue (query \"x\" | first) }} => 5 z text",
                "{{ range query \"x\" | sortByLabel \"a\" }}{{ .Labels.a }}={{ .Value }};{{ end }} => b=6;z=5;",
                "{{ args 1 \"two\" | len }} {{ (args 1 \"two\").arg1 }} => 2 two",
                "{{ if gt $value 1000.0 }}big{{ else }}small{{ end }} => big",
                "{{ safeHtml \"<b>\" }} {{ \"<i>&\" }} => <b> <i>&"
            })
    void expandsAsPrometheusDoes(String template, String expected) {
        assertThat(expand(template)).isEqualTo(expected);
    }

    @Test
    void aTextThatDoesNotParseNamesItsRule() {
        assertThatThrownBy(() -> RuleTemplate.parse("A", "{{ nothing }}"))
                .hasMessage(
                        "error parsing template __alert_A: template: __alert_A:1: function \"nothing\" not defined");
    }

    @Test
    void aFailureNamesItsRuleAndPlace() {
        assertThatThrownBy(() -> expand("{{ query \"none\" | first }}"))
                .hasMessage(
                        "error executing template __alert_A: template: __alert_A:1:130: executing \"__alert_A\" at <first>: "
                                + "error calling first: first() called on vector with no elements");
        assertThatThrownBy(() -> expand("{{ query \"sum(\" }}"))
                .hasMessageContaining("error calling query: 1:5: parse error: unclosed left parenthesis");
    }
}
