package io.pharos.standalone.cli.promtool;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.runtime.web.Parameters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// A file of unit tests of rules (`docs/configuration/unit_testing_rules.md`).
record UnitTestFile(
        List<String> ruleFiles,
        Duration evaluationInterval,
        List<String> groupOrder,
        boolean fuzzyCompare,
        List<Test> tests) {
    /// One test: series, and what rules and expressions make of them.
    record Test(
            String name,
            Duration interval,
            Instant start,
            List<Input> series,
            List<AlertCase> alerts,
            List<ExpressionCase> expressions,
            Labels externalLabels,
            String externalUrl) {}

    record Input(String series, String values) {}

    record AlertCase(Duration at, String alertName, List<ExpectedAlert> alerts) {}

    record ExpectedAlert(Map<String, String> labels, Map<String, String> annotations) {}

    record ExpressionCase(String expression, Duration at, List<ExpectedSample> samples) {}

    record ExpectedSample(String labels, double value, String histogram) {}

    /// Reads the text; fails with [IllegalArgumentException] on fields that there are not.
    static UnitTestFile read(String text) {
        Object root;
        try {
            var options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setMaxAliasesForCollections(Integer.MAX_VALUE);
            root = new Yaml(new SafeConstructor(options)).load(text);
        } catch (YAMLException e) {
            throw new IllegalArgumentException("yaml: " + e.getMessage(), e);
        }
        Map<String, Object> file = fields(
                root, "the file", "rule_files", "evaluation_interval", "group_eval_order", "tests", "fuzzy_compare");
        Duration interval = duration(file.get("evaluation_interval"), Duration.ofMinutes(1));
        var tests = new ArrayList<Test>();
        for (Object test : list(file.get("tests"))) {
            tests.add(test(test, interval));
        }
        return new UnitTestFile(
                texts(file.get("rule_files")),
                interval,
                texts(file.get("group_eval_order")),
                Boolean.TRUE.equals(file.get("fuzzy_compare")),
                tests);
    }

    private static Test test(Object item, Duration evaluationInterval) {
        Map<String, Object> test = fields(
                item,
                "a test",
                "interval",
                "input_series",
                "alert_rule_test",
                "promql_expr_test",
                "external_labels",
                "external_url",
                "name",
                "start_timestamp");
        var series = new ArrayList<Input>();
        for (Object one : list(test.get("input_series"))) {
            Map<String, Object> input = fields(one, "input_series", "series", "values");
            series.add(new Input(text(input.get("series")), text(input.get("values"))));
        }
        var alerts = new ArrayList<AlertCase>();
        for (Object one : list(test.get("alert_rule_test"))) {
            alerts.add(alertCase(one));
        }
        var expressions = new ArrayList<ExpressionCase>();
        for (Object one : list(test.get("promql_expr_test"))) {
            expressions.add(expressionCase(one));
        }
        return new Test(
                text(test.get("name")),
                duration(test.get("interval"), evaluationInterval),
                start(test.get("start_timestamp")),
                series,
                alerts,
                expressions,
                Labels.of(map(test.get("external_labels"))),
                text(test.get("external_url")));
    }

    private static AlertCase alertCase(Object item) {
        Map<String, Object> fields = fields(item, "alert_rule_test", "eval_time", "alertname", "exp_alerts");
        var alerts = new ArrayList<ExpectedAlert>();
        for (Object one : list(fields.get("exp_alerts"))) {
            Map<String, Object> alert = fields(one, "exp_alerts", "exp_labels", "exp_annotations");
            alerts.add(new ExpectedAlert(map(alert.get("exp_labels")), map(alert.get("exp_annotations"))));
        }
        return new AlertCase(duration(fields.get("eval_time"), Duration.ZERO), text(fields.get("alertname")), alerts);
    }

    private static ExpressionCase expressionCase(Object item) {
        Map<String, Object> fields = fields(item, "promql_expr_test", "expr", "eval_time", "exp_samples");
        var samples = new ArrayList<ExpectedSample>();
        for (Object one : list(fields.get("exp_samples"))) {
            Map<String, Object> sample = fields(one, "exp_samples", "labels", "value", "histogram");
            samples.add(new ExpectedSample(
                    text(sample.get("labels")), number(sample.get("value")), text(sample.get("histogram"))));
        }
        return new ExpressionCase(text(fields.get("expr")), duration(fields.get("eval_time"), Duration.ZERO), samples);
    }

    private static Instant start(@Nullable Object value) {
        if (value == null) {
            return Instant.EPOCH;
        }
        if (value instanceof java.util.Date date) {
            // The YAML library reads dates by itself.
            return date.toInstant();
        }
        return Instant.ofEpochMilli(Parameters.parseTimeMs(text(value)));
    }

    private static double number(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Number number -> number.doubleValue();
            default ->
                io.pharos.model.text.GoText.parseFloat(
                        text(value).replace(".inf", "Inf").replace(".Inf", "Inf"));
        };
    }

    private static Duration duration(@Nullable Object value, Duration absent) {
        if (value == null) {
            return absent;
        }
        try {
            return Duration.ofNanos(Parameters.parseDurationNanos(text(value)));
        } catch (ApiException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a valid duration string: \"" + text(value) + "\"", e);
        }
    }

    private static Map<String, Object> fields(@Nullable Object item, String what, String... known) {
        if (item == null) {
            return Map.of();
        }
        if (!(item instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(what + " is not a mapping");
        }
        var fields = new HashMap<String, Object>();
        map.forEach((name, value) -> {
            String key = String.valueOf(name);
            if (!Set.of(known).contains(key)) {
                throw new IllegalArgumentException("field " + key + " not found in " + what);
            }
            if (value != null) {
                fields.put(key, value);
            }
        });
        return fields;
    }

    private static List<?> list(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new IllegalArgumentException("expected a list, got " + value);
        };
    }

    private static List<String> texts(@Nullable Object value) {
        return list(value).stream().map(UnitTestFile::text).toList();
    }

    private static Map<String, String> map(@Nullable Object value) {
        var map = new LinkedHashMap<String, String>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((name, text) -> map.put(String.valueOf(name), text(text)));
        } else if (value != null) {
            throw new IllegalArgumentException("expected a mapping, got " + value);
        }
        return map;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
