package io.pharos.standalone.cli.promtool;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.RuleFile;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.promql.SeriesNotation;
import io.pharos.model.text.GoText;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLimits;
import io.pharos.rule.group.AlertState;
import io.pharos.rule.group.GroupSpec;
import io.pharos.rule.group.GroupStatus;
import io.pharos.rule.group.RuleFiles;
import io.pharos.rule.group.RulePorts;
import io.pharos.rule.group.RuleRehearsal;
import io.pharos.rule.group.RuleSettings;
import io.pharos.rule.group.TemplateTexts;
import io.pharos.standalone.cli.promtool.UnitTestFile.AlertCase;
import io.pharos.standalone.cli.promtool.UnitTestFile.ExpectedSample;
import io.pharos.standalone.cli.promtool.UnitTestFile.ExpressionCase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Runs the tests of one file and says what does not agree, in promtool's words.
final class RuleUnitTests {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Sample(Labels labels, double value, String histogram) {
        boolean agrees(Sample other, boolean fuzzy) {
            return labels.equals(other.labels)
                    && histogram.equals(other.histogram)
                    && (value == other.value
                            || Double.isNaN(value) && Double.isNaN(other.value)
                            || fuzzy && Math.abs(value - other.value) <= Math.ulp(value));
        }

        @Override
        public String toString() {
            return labels + " "
                    + (histogram.isEmpty() ? GoText.scientific(value).replace('e', 'E') : histogram);
        }
    }

    private record ShownAlert(Labels labels, Labels annotations) {}

    private final UnitTestFile file;
    private final Path folder;
    private final FeatureFlags flags;

    /// @param folder against which paths of rule files are resolved
    RuleUnitTests(UnitTestFile file, Path folder, FeatureFlags flags) {
        this.file = file;
        this.folder = folder;
        this.flags = flags;
    }

    /// What failed; nothing where all is well.
    ///
    /// @param names of tests to run, one of which must be found in the name; all tests where there are none
    List<String> run(List<Pattern> names) {
        List<RuleFile> ruleFiles;
        try {
            ruleFiles = ruleFiles();
        } catch (ConfigException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        var failures = new ArrayList<String>();
        for (UnitTestFile.Test test : file.tests()) {
            boolean asked = names.isEmpty()
                    || names.stream().anyMatch(name -> name.matcher(test.name()).find());
            if (asked) {
                failures.addAll(run(test, ruleFiles));
            }
        }
        return failures;
    }

    private List<RuleFile> ruleFiles() {
        var files = new ArrayList<RuleFile>();
        for (String pattern : file.ruleFiles()) {
            for (Path path :
                    ConfigLoader.find("rule_files", folder.resolve(pattern).toString())) {
                files.add(new ConfigLoader().rules(path));
            }
        }
        return files;
    }

    private List<String> run(UnitTestFile.Test test, List<RuleFile> ruleFiles) {
        for (AlertCase alert : test.alerts()) {
            if (alert.alertName().isEmpty()) {
                return List.of("an item under alert_rule_test misses required attribute alertname at eval_time "
                        + shown(alert.at()) + (test.name().isEmpty() ? "" : " (in TestGroup " + test.name() + ")"));
            }
        }
        var errors = new ArrayList<String>();
        List<GroupSpec> specs = ordered(
                new RuleFiles(new PromqlParser(flags), test.interval(), Duration.ZERO).groups(ruleFiles, errors));
        if (!errors.isEmpty()) {
            return errors;
        }
        var store = new UnitStore();
        try {
            load(test, store);
        } catch (IllegalArgumentException e) {
            return List.of("    " + e.getMessage());
        }
        try (var engine = new QueryEngine(store, flags, QueryLimits.DEFAULT, InstantSource.system())) {
            engine.setDefaultStep(file.evaluationInterval().toMillis());
            var ports = new RulePorts(engine, store, _ -> {}, InstantSource.system(), new SimpleMeterRegistry());
            var settings = new RuleSettings(
                    test.externalUrl(),
                    MINUTE,
                    Duration.ofHours(1),
                    MINUTE.multipliedBy(10),
                    0,
                    MINUTE.multipliedBy(5));
            var texts = new TemplateTexts(specs, test.externalLabels(), test.externalUrl(), engine);
            var failures = evaluate(test, new RuleRehearsal(specs, texts, ports, settings));
            for (ExpressionCase one : test.expressions()) {
                check(one, test, engine, failures);
            }
            return failures;
        }
    }

    /// Groups named by `group_eval_order` in that order, where there is one.
    private List<GroupSpec> ordered(List<GroupSpec> groups) {
        var sorted = new ArrayList<>(groups);
        if (!file.groupOrder().isEmpty()) {
            sorted.sort(Comparator.comparingInt(group -> file.groupOrder().indexOf(group.name())));
        }
        return sorted;
    }

    private static void load(UnitTestFile.Test test, UnitStore store) {
        for (UnitTestFile.Input input : test.series()) {
            SeriesNotation.SeriesLine line = SeriesNotation.parse(input.series() + " " + input.values());
            var batch = new SampleBatch();
            batch.reset(_ -> line.labels());
            long ms = test.start().toEpochMilli();
            for (SeriesNotation.Item item : line.items()) {
                if (!item.omitted()) {
                    var histogram = item.histogram();
                    if (histogram == null) {
                        batch.addFloat(0, ms, item.value());
                    } else {
                        batch.addHistogram(0, ms, histogram);
                    }
                }
                ms += test.interval().toMillis();
            }
            store.append(batch, SampleSink.OnReject.KEEP_REST);
        }
    }

    private List<String> evaluate(UnitTestFile.Test test, RuleRehearsal rules) {
        var failures = new ArrayList<String>();
        var casesByTime = new TreeMap<Duration, List<AlertCase>>();
        Duration last = Duration.ZERO;
        for (AlertCase one : test.alerts()) {
            casesByTime.computeIfAbsent(one.at(), _ -> new ArrayList<>()).add(one);
            last = one.at().compareTo(last) > 0 ? one.at() : last;
        }
        for (ExpressionCase one : test.expressions()) {
            last = one.at().compareTo(last) > 0 ? one.at() : last;
        }
        for (Duration at = Duration.ZERO; at.compareTo(last) <= 0; at = at.plus(file.evaluationInterval())) {
            Instant now = test.start().plus(at);
            rules.evaluate(now);
            List<GroupStatus> status = rules.status();
            boolean broken = false;
            for (GroupStatus group : status) {
                for (GroupStatus.RuleStatus rule : group.rules()) {
                    if (!rule.health().lastError().isEmpty()) {
                        broken = true;
                        failures.add("    rule: " + rule.spec().name() + ", time: "
                                + GoText.duration(
                                        Duration.between(Instant.EPOCH, now).toNanos()) + ", err: "
                                + rule.health().lastError());
                    }
                }
            }
            if (broken) {
                return failures;
            }
            Duration next = at.plus(file.evaluationInterval());
            for (List<AlertCase> cases :
                    casesByTime.subMap(at, true, next, false).values()) {
                cases.forEach(one -> check(one, test, status, failures));
            }
        }
        return failures;
    }

    private static void check(
            AlertCase wanted, UnitTestFile.Test test, List<GroupStatus> status, List<String> failures) {
        var got = new ArrayList<ShownAlert>();
        for (GroupStatus group : status) {
            for (GroupStatus.RuleStatus rule : group.rules()) {
                if (rule.spec().name().equals(wanted.alertName())) {
                    rule.alerts().stream()
                            .filter(alert -> alert.state() == AlertState.FIRING)
                            .forEach(alert -> got.add(new ShownAlert(alert.labels(), Labels.of(alert.annotations()))));
                }
            }
        }
        var expected = new ArrayList<ShownAlert>();
        wanted.alerts()
                .forEach(alert -> expected.add(new ShownAlert(
                        Labels.of(alert.labels()).with("alertname", wanted.alertName()),
                        Labels.of(alert.annotations()))));
        Comparator<ShownAlert> order = Comparator.comparing(ShownAlert::labels).thenComparing(ShownAlert::annotations);
        got.sort(order);
        expected.sort(order);
        if (!got.equals(expected)) {
            failures.add((test.name().isEmpty() ? "" : "    name: " + test.name() + ",\n") + "    alertname: "
                    + wanted.alertName() + ", time: " + shown(wanted.at()) + ", \n        exp:" + shown(expected)
                    + ", \n        got:" + shown(got));
        }
    }

    private static String shown(List<ShownAlert> alerts) {
        if (alerts.isEmpty()) {
            return "[]";
        }
        String margin = " ".repeat(12);
        var lines = new ArrayList<String>();
        for (int i = 0; i < alerts.size(); i++) {
            lines.add(margin + i + ":\n" + margin + "  Labels:" + alerts.get(i).labels() + "\n" + margin
                    + "  Annotations:" + alerts.get(i).annotations());
        }
        return "[\n" + String.join(",\n", lines) + "\n" + margin + "]";
    }

    private void check(ExpressionCase one, UnitTestFile.Test test, QueryEngine engine, List<String> failures) {
        String where = "    expr: " + GoText.quote(one.expression()) + ", time: " + shown(one.at()) + ",";
        List<Sample> got;
        try {
            got = samples(
                    engine.instant(one.expression(), test.start().plus(one.at()).toEpochMilli())
                            .value());
        } catch (ApiException e) {
            failures.add(where + " err: " + e.text());
            return;
        }
        var expected = new ArrayList<Sample>();
        for (ExpectedSample sample : one.samples()) {
            try {
                expected.add(new Sample(
                        SeriesNotation.labels(sample.labels()), sample.value(), histogram(sample.histogram())));
            } catch (IllegalArgumentException e) {
                failures.add(where + " err: labels " + GoText.quote(sample.labels()) + ": " + e.getMessage());
                return;
            }
        }
        expected.sort(Comparator.comparing(Sample::labels));
        boolean agrees = got.size() == expected.size();
        for (int i = 0; agrees && i < got.size(); i++) {
            agrees = expected.get(i).agrees(got.get(i), file.fuzzyCompare());
        }
        if (!agrees) {
            failures.add(where + "\n        exp: " + texts(expected) + "\n        got: " + texts(got));
        }
    }

    private static List<Sample> samples(QueryResult.Value value) {
        return switch (value) {
            case QueryResult.Vector vector ->
                vector.elements().stream()
                        .map(e -> {
                            var histogram = e.histogram();
                            return histogram == null
                                    ? new Sample(e.labels(), e.value(), "")
                                    : new Sample(e.labels(), 0, HistogramText.of(histogram));
                        })
                        .sorted(Comparator.comparing(Sample::labels))
                        .toList();
            case QueryResult.Scalar scalar -> List.of(new Sample(Labels.EMPTY, scalar.value(), ""));
            case QueryResult.Text _, QueryResult.Matrix _ ->
                throw new ApiException(
                        io.pharos.model.port.ApiError.EXECUTION, "rule result is not a vector or scalar");
        };
    }

    private static String histogram(String text) {
        if (text.isEmpty()) {
            return "";
        }
        List<SeriesNotation.Item> items = SeriesNotation.parse("{} " + text).items();
        var histogram = items.size() == 1 ? items.getFirst().histogram() : null;
        if (histogram == null) {
            throw new IllegalArgumentException("\"" + text + "\" is not one histogram");
        }
        return HistogramText.of(histogram);
    }

    private static String texts(List<Sample> samples) {
        return samples.isEmpty()
                ? "nil"
                : String.join(", ", samples.stream().map(Sample::toString).toList());
    }

    private static String shown(Duration at) {
        return GoText.promDuration(at.toMillis());
    }
}
