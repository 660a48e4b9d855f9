package io.pharos.standalone.cli.promtool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PromtoolTest {
    private static final String RULES = """
            groups:
            - name: g
              rules:
              - {record: r, expr: "sum by (job) (m)"}
              - {alert: A, expr: "m > 2", for: 2m, labels: {sev: page}, annotations: {text: "v {{ $value }}"}}
            """;

    private static final String TESTS = """
            rule_files: [r.yml]
            evaluation_interval: 1m
            tests:
            - interval: 1m
              name: first
              input_series:
              - {series: 'm{job="a"}', values: '0+1x10'}
              alert_rule_test:
              - {eval_time: 3m, alertname: A, exp_alerts: []}
              - eval_time: 6m
                alertname: A
                exp_alerts: [{exp_labels: {job: a, sev: page}, exp_annotations: {text: "v 6"}}]
              promql_expr_test:
              - {expr: r, eval_time: 4m, exp_samples: [{labels: 'r{job="a"}', value: 4}]}
              - {expr: 'ALERTS{alertstate="firing"}', eval_time: 5m, exp_samples: [{labels: 'ALERTS{alertname="A",alertstate="firing",job="a",sev="page"}', value: 1}]}
            """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private int run(String... arguments) {
        var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        @CommandLine.Command(name = "pharos")
        record Root() {}
        return new CommandLine(new Root())
                .addSubcommand(new CheckCommand(outStream, errStream))
                .addSubcommand(new TestCommand(outStream, errStream))
                .execute(arguments);
    }

    @Test
    void relabellingIsTriedOnLabels() throws IOException {
        String file = file("p.yml", """
                scrape_configs:
                - job_name: node
                  relabel_configs:
                  - {source_labels: [__meta_env], regex: test, action: drop}
                  - {source_labels: [__meta_env], target_label: env}
                """);
        assertThat(run("check", "relabel", file, "node", "__address__=h:1", "__meta_env=prod"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("rule 0, drop [__meta_env] regex \"test\": {")
                .contains("scraped: http://h:1/metrics every 1m, timeout 10s, as"
                        + " {env=\"prod\", instance=\"h:1\", job=\"node\"}");
        out.reset();
        assertThat(run("check", "relabel", file, "node", "__address__=h:1", "__meta_env=test"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("dropped by rule 0\n");
        assertThat(run("check", "relabel", file, "other", "a=b")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("has no job \"other\", but node");
        assertThat(run("check", "relabel", file, "node", "a=b")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("no target: no address");
    }

    @Test
    void rulesAreCountedWhereTheyAreRight() throws IOException {
        String file = file("r.yml", RULES);
        assertThat(run("check", "rules", file)).isZero();
        assertThat(out).hasToString("Checking " + file + "\n  SUCCESS: 2 rules found\n\n");
    }

    @Test
    void everyWrongRuleIsNamed() throws IOException {
        String file = file("bad.yml", """
                groups:
                - name: g
                  rules:
                  - {record: r, expr: "sum("}
                  - {alert: A, expr: "m", labels: {x: "{{ $value "}}
                """);
        assertThat(run("check", "rules", file)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        file
                                + ": 4:23: group \"g\", rule 1, \"r\": could not parse expression: 1:5: parse error: unclosed left parenthesis",
                        "group \"g\", rule 2, \"A\": label \"x\": template: __alert_A:1: unclosed action");
    }

    @Test
    void duplicateRulesAreComplainedOfAndFatalOnDemand() throws IOException {
        String file = file("r.yml", RULES + "  - {record: r, expr: \"sum by (job) (m)\"}\n");
        assertThat(run("check", "rules", file)).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("lint error 1 duplicate rule(s) found.\nMetric: r\n");
        assertThat(run("check", "rules", "--lint-fatal", file)).isEqualTo(3);
        assertThat(run("check", "rules", "--lint=none", "--lint-fatal", file)).isZero();
    }

    @Test
    void aConfigurationIsCheckedWithItsRuleFiles() throws IOException {
        file("r.yml", RULES);
        String file = file("p.yml", "rule_files: [r.yml]\n");
        assertThat(run("check", "config", file)).isZero();
        assertThat(out)
                .hasToString("Checking " + file + "\n  SUCCESS: 1 rule files found\n SUCCESS: " + file
                        + " is valid prometheus config file syntax\n\nChecking " + folder
                        + "/r.yml\n  SUCCESS: 2 rules found\n\n");
    }

    @Test
    void testsOfRulesThatAgreeSucceed() throws IOException {
        file("r.yml", RULES);
        assertThat(run("test", "rules", file("t.yml", TESTS))).isZero();
        assertThat(err.size()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("  SUCCESS\n\n");
    }

    @Test
    void whatDoesNotAgreeIsShownBesideWhatWasExpected() throws IOException {
        file("r.yml", RULES);
        String file = file("t.yml", TESTS.replace("v 6", "v 7").replace("value: 4", "value: 5"));
        assertThat(run("test", "rules", file)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("""
                          FAILED:
                            name: first,
                            alertname: A, time: 6m,\s
                                exp:[
                                    0:
                                      Labels:{alertname="A", job="a", sev="page"}
                                      Annotations:{text="v 7"}
                                    ],\s
                                got:[
                                    0:
                                      Labels:{alertname="A", job="a", sev="page"}
                                      Annotations:{text="v 6"}
                                    ]

                            expr: "r", time: 4m,
                                exp: {__name__="r", job="a"} 5E+00
                                got: {__name__="r", job="a"} 4E+00

                        """);
    }

    @Test
    void onlyTestsAskedForAreRun() throws IOException {
        file("r.yml", RULES);
        assertThat(run("test", "rules", "--run=other", file("t.yml", TESTS.replace("v 6", "v 7"))))
                .isZero();
    }
}
