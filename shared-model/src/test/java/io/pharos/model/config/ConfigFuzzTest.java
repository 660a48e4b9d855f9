package io.pharos.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConfigFuzzTest {
    private static final ConfigLoader LOADER = new ConfigLoader(true);
    private static final List<String> PIECES = List.of(
            "\n",
            " ",
            "  ",
            ":",
            "- ",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "'",
            "&a",
            "*a",
            "<<: *a",
            "null",
            "~",
            "0",
            "-1",
            "1e9",
            "5s",
            "999999999y",
            "true",
            "y",
            "|\n",
            ">",
            "#",
            "!!binary x",
            "!!str",
            "? ",
            "%",
            "\t",
            "\u0000",
            "é",
            "🙂",
            "---\n",
            "...\n",
            "(",
            "http://",
            "{{",
            "$1",
            "job_name",
            "static_configs",
            "regex",
            "action");

    private static String resource() throws IOException {
        try (var in = ConfigFuzzTest.class.getResourceAsStream("/golden/config/full.yml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String mutated(String text, Random random) {
        var out = new StringBuilder(text);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && !out.isEmpty(); i++) {
            int at = random.nextInt(out.length());
            int end = Math.min(out.length(), at + random.nextInt(random.nextBoolean() ? 3 : 40));
            switch (random.nextInt(4)) {
                case 0 -> out.delete(at, end);
                case 1 -> out.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> out.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                default -> out.insert(random.nextInt(out.length()), out.substring(at, end));
            }
        }
        return out.toString();
    }

    private static void fuzz(String text, int times, Consumer<String> read) {
        int rounds = times * Integer.getInteger("pharos.fuzz", 1);
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < rounds; i++) {
            String mutant = mutated(text, random);
            try {
                read.accept(mutant);
            } catch (ConfigException e) {
                assertThat(e).hasMessageNotContaining("bug:");
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + ", round " + i + ":\n" + mutant, e);
            }
        }
    }

    @Test
    void damagedPrometheusFilesAreReadOrRefusedWithAPlace() throws IOException {
        fuzz(resource(), 4_000, text -> {
            PrometheusConfig config = LOADER.prometheusText(text);
            String printed = ConfigLoader.print(config);
            // What is printed stands for the same, but for secrets, and so prints the same again.
            assertThat(ConfigLoader.print(LOADER.prometheusText(printed))).isEqualTo(printed);
        });
    }

    @Test
    void damagedAlertmanagerFilesAreReadOrRefusedWithAPlace() {
        String text = """
                global: {resolve_timeout: 5m, smtp_smarthost: "a:25", smtp_from: a@b, slack_api_url: "http://x/y"}
                route:
                  receiver: t
                  group_by: [a, b]
                  routes:
                  - &r {matchers: ['a=~"b|c"', d!=e], continue: true, group_wait: 1s}
                  - {<<: *r, mute_time_intervals: [n], match_re: {x: "y.*"}}
                receivers:
                - name: t
                  webhook_configs: [{url: "http://x/{{ .a }}", payload: {a: [1, true, "x"]}, timeout: 1.5s}]
                  slack_configs: [{channel: "#c", fields: [{title: t, value: v, short: true}]}]
                  email_configs: [{to: a@b, headers: {Subject: x}}]
                  jira_configs: [{api_url: "http://j", project: p, issue_type: i, summary: {template: s}}]
                inhibit_rules: [{source_matchers: [a=b], target_match: {c: d}, equal: [e]}]
                time_intervals:
                - {name: n, time_intervals: [{times: [{start_time: "09:00", end_time: "17:00"}], days_of_month: ["1:-1"]}]}
                """;
        LOADER.alertmanagerText(text);
        fuzz(text, 4_000, mutant -> {
            String printed = ConfigLoader.print(LOADER.alertmanagerText(mutant).config());
            assertThat(ConfigLoader.print(LOADER.alertmanagerText(printed).config()))
                    .isEqualTo(printed);
        });
    }

    @Test
    void damagedRuleFilesAndTargetsAreReadOrRefusedWithAPlace() {
        fuzz(
                "groups:\n- name: g\n  interval: 5s\n  labels: {a: b}\n  rules:\n  - {record: r, expr: up}\n"
                        + "  - alert: a\n    expr: |\n      up == 0\n    for: 5m\n    annotations: {s: '{{ $value }}'}\n",
                4_000,
                text -> LOADER.rules("r.yml", text));
        fuzz("- targets: ['a:1', b]\n  labels: {l: v}\n", 2_000, text -> LOADER.targets("t.yml", text));
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        var bomb = new StringBuilder("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("b").append(i).append(": &a").append(i).append(" [");
            for (int j = 0; j < 10; j++) {
                bomb.append(j == 0 ? "" : ", ").append("*a").append(i - 1);
            }
            bomb.append("]\n");
        }
        bomb.append(
                "route: {receiver: t}\nreceivers: [{name: t, webhook_configs: [{url: 'http://x', payload: *a9}]}]\n");
        assertThatThrownBy(() -> LOADER.alertmanagerText(bomb.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("excessive aliasing");
    }

    @Test
    void aliasesThatLeadBackAreRefused() {
        for (String text : List.of(
                "route: {receiver: t, routes: [&r {<<: *r}]}\nreceivers: [{name: t}]\n",
                "route: &r {receiver: t, routes: [*r]}\nreceivers: [{name: t}]\n",
                "route: {receiver: t}\nreceivers: [{name: t, webhook_configs: [{url: 'http://x', payload: &p [*p]}]}]\n")) {
            assertThatThrownBy(() -> LOADER.alertmanagerText(text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("excessive aliasing");
        }
    }

    @Test
    void listsInListsWithoutEndAreRefused() {
        assertThatThrownBy(() -> LOADER.prometheusText("a: " + "[".repeat(100_000)))
                .isInstanceOf(ConfigException.class);
    }
}
