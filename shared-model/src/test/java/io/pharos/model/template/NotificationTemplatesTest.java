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

/// Every expectation was observed with Alertmanager's own engine.
class NotificationTemplatesTest {
    private static final Instant NOW = Instant.parse("2026-03-04T06:06:07.089Z");
    private final NotificationTemplates templates = NotificationTemplates.of(List.of(), InstantSource.fixed(NOW));
    private final NotificationData data = NotificationData.of(
            "te.am",
            List.of(
                    new NotificationData.AlertData(
                            "firing",
                            Map.of("alertname", "High Load", "instance", "b", "zone", "z", "severity", "warning"),
                            Map.of("summary", "slow"),
                            Instant.parse("2026-03-04T05:06:07.089Z"),
                            GoTime.ZERO,
                            "http://p/graph?a=b",
                            "0011223344556677"),
                    new NotificationData.AlertData(
                            "resolved",
                            Map.of("alertname", "High Load", "instance", "a", "zone", "z"),
                            Map.of("summary", "slow"),
                            Instant.parse("2026-03-04T05:06:09Z"),
                            Instant.parse("2026-03-04T05:16:09.5Z"),
                            "",
                            "8811223344556677")),
            "first notification",
            Map.of("alertname", "High Load"),
            Map.of("team", "db"),
            "http://am:9093");

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\0',
            value = {
                "{{ .Receiver }} {{ .Status }} {{ .ExternalURL }} => te\\.am firing http://am:9093",
                "{{ title \"hello wORLD o'neil x-ray über foo_bar 3d a.b\" }} => Hello World O'neil X-Ray Über Foo_bar 3D A.b",
                "{{ title \"ßa ﬁx ǆ\" }} => Ssa Fix ǅ",
                "{{ reReplaceAll \"x*\" \"-\" \"abc\" }} {{ reReplaceAll \"(?i)A(.)\" \"${1}x\" \"abAc\" }} => -a-b-c- bxcx",
                "{{ .CommonLabels.SortedPairs }} => alertname=High Load, zone=z",
                "{{ (.CommonLabels.Remove (stringSlice \"zone\")).Names | join \",\" }} => alertname",
                "{{ .CommonLabels.Names.Join \";\" }} => alertname;zone",
                "{{ .CommonLabels.missing }}|{{ .GroupLabels.alertname }} => |High Load",
                "{{ range $i, $e := .Alerts }}{{ if $i }}, {{ end }}{{ .Labels.instance }}{{ end }} => b, a",
                "{{ range $k, $v := .CommonLabels }}{{ $k }}={{ $v }};{{ end }} => alertname=High Load;zone=z;",
                "{{ range $i := 3 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $i }},{{ end }} => 0,2,",
                "{{ with .CommonLabels.none }}x{{ else with .CommonLabels.zone }}{{ . }}{{ end }} => z",
                "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }} => 2",
                "{{ dict \"b\" 1 \"a\" 2 | toJson }} {{ list 1 \"a\" true nil 2.5 | toJson }} => {\"a\":2,\"b\":1} [1,\"a\",true,null,2.5]",
                "{{ (dict \"a\" 1).b }} => <no value>",
                "{{ (index .Alerts 0).StartsAt | tz \"Europe/Paris\" | date \"Mon Jan _2 15:04:05.000 MST 2006\" }} => Wed Mar  4 06:06:07.089 CET 2026",
                "{{ (index .Alerts 0).StartsAt }} => 2026-03-04 05:06:07.089 +0000 UTC",
                "{{ since (index .Alerts 0).StartsAt }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }} => 1h0m0s 1h 0m 0s",
                "{{ ((index .Alerts 0).StartsAt.Add 28800e9).Format \"15:04\" }} => 13:06",
                "{{ (index .Alerts 0).EndsAt.IsZero }} {{ (index .Alerts 0).EndsAt }} => true 0001-01-01 00:00:00 +0000 UTC",
                "{{ humanizeDuration 93784.5 }} {{ humanizeDuration 0.0001234 }} {{ humanizeDuration \"61\" }} => 1d 2h 3m 4s 123.4us 1m 1s",
                "{{ printf \"%v %T %q %5d|%-5s|%05.1f %x %t %%\" 1 \"s\" \"q\\n\" 42 \"ab\" 3.14159 255 true }} => 1 string \"q\\n\"    42|ab   |003.1 ff true %",
                "{{ printf \"%d %s %z %d\" \"x\" 1 true }} => %!d(string=x) %!s(int=1) %!z(bool=true) %!d(MISSING)",
                "{{ printf \"%[2]d %[1]d\" 1 2 }} {{ printf \"%05d %+d %x\" -5 3 \"hi\" }} => 2 1 -0005 +3 6869",
                "{{ print 1 2 \"a\" \"b\" 3 }} {{ 1e6 }} {{ 1234567.5 }} {{ 0.00001 }} => 1 2ab3 1e+06 1.2345675e+06 1e-05",
                "{{ 0x1F }} {{ 1_000 }} {{ 'a' }} {{ \"\\u00e9\\x41\" }} {{ len \"héllo\" }} => 31 1000 97 éA 6",
                "{{ urlquery \"a b/c?d=é\" }} {{ js \"it's\" }} {{ html \"<a>\" }} => a+b%2Fc%3Fd%3D%C3%A9 it\\'s &lt;a&gt;",
                "{{ routeLabels \"team\" }} {{ .RouteLabels.team }} {{ routeLabels \"none\" }}! => db db !",
                "{{ template \"slack.default.title\" . }} => [FIRING:1] High Load (z)",
                "{{ template \"slack.default.fallback\" . }} => [FIRING:1] High Load (z) | http://am:9093/#/alerts?receiver=te%5C.am",
                "{{ template \"jira.default.priority\" . }} => Medium",
                "{{- /* nothing */ -}}  x {{- \" y \" -}}  z => x y z"
            })
    void rendersAsAlertmanagerDoes(String template, String expected) {
        assertThat(templates.text(template, data)).isEqualTo(expected.equals("''") ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\0',
            value = {
                "{{ foo }} => template: :1: function \"foo\" not defined",
                "{{ if }} => template: :1: missing value for if",
                "{{ \"x => template: :1: unterminated quoted string",
                "{{ $x }} => template: :1: undefined variable \"$x\"",
                "{{ break }} => template: :1: {{break}} outside {{range}}",
                "{{ if true }} => template: :1: unexpected EOF",
                "{{ end }} => template: :1: unexpected {{end}}",
                "{{ 1 | 2 }} => template: :1: non executable command in pipeline stage 2",
                "{{ /* c */ }} => template: :1: unexpected \"/\" in command",
                "{{ .NoSuch }} => template: :1:3: executing \"\" at <.NoSuch>: can't evaluate field NoSuch in type *template.Data",
                "{{ template \"none\" }} => template: :1:12: executing \"\" at <{{template \"none\"}}>: template \"none\" not defined",
                "{{ index .Alerts 99 }} => template: :1:3: executing \"\" at <index .Alerts 99>: error calling index: index out of range: 99",
                "{{ toUpper 1 }} => template: :1:11: executing \"\" at <1>: expected string; found 1",
                "{{ toUpper }} => template: :1:3: executing \"\" at <toUpper>: wrong number of args for toUpper: want 1 got 0",
                "{{ join \",\" (list \"a\") }} => template: :1:18: executing \"\" at <\"a\">: wrong type for value; expected []string; got []interface {}",
                "{{ (dict \"a\" 1).b.c }} => template: :1:13: executing \"\" at <1>: nil pointer evaluating interface {}.c",
                "{{ lt true false }} => template: :1:3: executing \"\" at <lt true false>: error calling lt: invalid type for comparison"
            })
    void failsInTheSameWords(String template, String message) {
        assertThatThrownBy(() -> templates.text(template, data))
                .isInstanceOf(TemplateException.class)
                .hasMessage(message);
    }

    @Test
    void laterDefinitionsReplaceTheDefaultOnes() {
        var own = NotificationTemplates.of(
                List.of(
                        "{{ define \"slack.default.title\" }}mine {{ .Status }}{{ end }}",
                        "{{ define \"slack.default.title\" }} {{ end }}"),
                InstantSource.fixed(NOW));

        assertThat(own.text("{{ template \"slack.default.title\" . }}", data)).isEqualTo("mine firing");
    }

    @Test
    void endlessRecursionIsAnError() {
        assertThatThrownBy(() ->
                        templates.text("{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}", data))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("exceeded maximum template depth");
    }

    @Test
    void endlessOutputIsAnError() {
        String nested = "{{ range 1000000 }}{{ range 1000000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}{{ end }}";

        assertThatThrownBy(() -> templates.text(nested, data))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("output is longer than");
    }

    @Test
    void theDefaultMessageListsFiringThenResolvedAlerts() {
        assertThat(templates.text("{{ template \"webex.default.message\" . }}", data))
                .isEqualTo(
                        "slow\n\nAlerts Firing:\nLabels:\n - alertname = High Load\n - instance = b\n - severity = warning\n - zone = z\n"
                                + "Annotations:\n - summary = slow\nSource: http://p/graph?a=b\n\n\n\nAlerts Resolved:\nLabels:\n - alertname = High Load\n"
                                + " - instance = a\n - zone = z\nAnnotations:\n - summary = slow\nSource: \n\n\n");
    }
}
