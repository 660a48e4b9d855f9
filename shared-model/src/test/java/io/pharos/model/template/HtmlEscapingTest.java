package io.pharos.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every expectation was observed with Go's own engine.
class HtmlEscapingTest {
    private final NotificationTemplates templates = NotificationTemplates.of(List.of(), InstantSource.system());
    private final NotificationData data = new NotificationData(
            "team",
            "firing",
            List.of(),
            "first notification",
            Map.of(),
            Map.of(),
            Map.of("evil", "javascript:alert(\"<1>\")&' x", "link", "http://x/a b?c=d&e=<f>"),
            Map.of(),
            "http://am");

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\0',
            value = {
                "{{ .CommonAnnotations.evil }} => javascript:alert(&#34;&lt;1&gt;&#34;)&amp;&#39; x",
                "<p title=\"{{ \"a+b\" }}\"> => <p title=\"a&#43;b\">",
                "<p title={{ \"a b\" }}> => <p title=a&#32;b>",
                "<a href=\"{{ .CommonAnnotations.evil }}\"> => <a href=\"#ZgotmplZ\">",
                "<a href=\"{{ .CommonAnnotations.link }}\"> => <a href=\"http://x/a%20b?c=d&amp;e=%3cf%3e\">",
                "<a href=\"/x?q={{ .CommonAnnotations.link }}\"> => <a href=\"/x?q=http%3a%2f%2fx%2fa%20b%3fc%3dd%26e%3d%3cf%3e\">",
                "<a href=\"{{ safeUrl \"javascript:x\" }}\"> => <a href=\"javascript:x\">",
                "<script>var x = {{ \"</script>\" }};</script> => <script>var x = \"\\u003c/script\\u003e\";</script>",
                "<script>var x = '{{ \"it's\" }}';</script> => <script>var x = 'it\\u0027s';</script>",
                "<script>f({{ list 1 \"a\" }}, {{ 2 }})</script> => <script>f([1,\"a\"],  2 )</script>",
                "<p style=\"color: {{ \"red\" }}\"> => <p style=\"color: red\">",
                "<p style=\"color: {{ .CommonAnnotations.evil }}\"> => <p style=\"color: ZgotmplZ\">",
                "<p onclick=\"f({{ \"a\" }})\"> => <p onclick=\"f(&#34;a&#34;)\">",
                "<title>{{ \"<b>\" }}</title> => <title>&lt;b&gt;</title>",
                "{{ safeHtml \"<b>x</b>\" }}<p title=\"{{ safeHtml \"<b>x</b>\" }}\"> => <b>x</b><p title=\"x\">",
                "{{ \"<i>\" | printf \"%s\" | safeHtml }} {{ safeHtml \"<b>\" | printf \"%s\" }} => <i> &lt;b&gt;",
                "{{ \"<\" | html }} {{ .CommonAnnotations.none }}{{ (dict).x }}! => &lt; !",
                "<!DOCTYPE html><!-- {{ \"x\" }} -->a < b => <!DOCTYPE html>a &lt; b",
                "{{ define \"t\" }}{{ . }}{{ end }}<p title=\"{{ template \"t\" \"'\" }}\">{{ template \"t\" \"<\" }} => <p title=\"&#39;\">&lt;",
                "<p {{ \"onclick\" }}=\"x\" {{ \"dir\" }}> => <p ZgotmplZ=\"x\" dir>"
            })
    void escapesByContext(String template, String expected) {
        assertThat(templates.html(template, data)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\0',
            value = {
                "<a href=\"x => html/template: ends in a non-text context: {stateURL delimDoubleQuote urlPartPreQuery jsCtxRegexp [] attrURL elementNone <nil>}",
                "{{ if true }}<a href=\"{{ else }}<b>{{ end }} => html/template::1:6: {{if}} branches end in different contexts: "
                        + "{stateURL delimDoubleQuote urlPartNone jsCtxRegexp [] attrURL elementNone <nil>}, "
                        + "{stateText delimNone urlPartNone jsCtxRegexp [] attrNone elementNone <nil>}",
                "{{ \"<\" | html | printf \"%s\" }} => html/template::1:3: predefined escaper \"html\" disallowed in template",
                "{{ template \"nope\" }} => html/template::1:12: no such template \"nope\""
            })
    void refusesWhatItCanNotFollow(String template, String message) {
        assertThatThrownBy(() -> templates.html(template, data))
                .isInstanceOf(TemplateException.class)
                .hasMessage(message);
    }

    @Test
    void theDefaultMailIsAWholePage() {
        var firing = new NotificationData.AlertData(
                "firing",
                Map.of("alertname", "Down", "instance", "<a>"),
                Map.of("summary", "it's down"),
                Instant.EPOCH,
                GoTime.ZERO,
                "http://prom/graph?a=b",
                "0011223344556677");
        String page = templates.html(
                "{{ template \"email.default.html\" . }}",
                NotificationData.of(
                        "team",
                        List.of(firing),
                        "first notification",
                        Map.of("alertname", "Down"),
                        Map.of(),
                        "http://am"));

        assertThat(page)
                .contains("<title>[FIRING:1] Down (&lt;a&gt;)</title>")
                .contains("1 alert for")
                .contains("alertname=Down")
                .contains("[1] Firing")
                .contains("instance = &lt;a&gt;<br>")
                .contains("summary = it&#39;s down<br>")
                .contains("<a href=\"http://prom/graph?a=b\"")
                .contains("<a href=\"http://am/#/alerts?receiver=team\"")
                .doesNotContain("Resolved");
    }
}
