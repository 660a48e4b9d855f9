package io.pharos.rule.group;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.Span;
import io.pharos.model.sample.StaleMarker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;

/// Ports of a group that a test fills and reads.
final class FakePorts {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final Map<String, LongFunction<QueryResult.Value>> answers = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    final List<List<String>> batches = new ArrayList<>();
    final List<Alert> sent = new ArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Instant now = START;
    boolean storeDown;

    final RuleSettings settings = new RuleSettings(
            "http://pharos",
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            0,
            Duration.ofMinutes(5));

    final RulePorts ports = new RulePorts(
            new QueryEvaluator() {
                @Override
                public QueryResult instant(String expression, long atMs) {
                    asked.add(expression + " @ " + (atMs - START.toEpochMilli()));
                    LongFunction<QueryResult.Value> answer = answers.get(expression);
                    if (answer == null) {
                        throw new ApiException(ApiError.EXECUTION, "no answer to " + expression);
                    }
                    return new QueryResult(answer.apply(atMs), List.of(), List.of());
                }

                @Override
                public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
                    throw new UnsupportedOperationException();
                }
            },
            (batch, onReject) -> append(batch),
            sent::addAll,
            () -> now,
            meters);

    private SampleSink.Appended append(SampleBatch batch) {
        if (storeDown) {
            throw new ApiException(ApiError.UNAVAILABLE, "store is down");
        }
        var lines = new ArrayList<String>();
        for (int row = 0; row < batch.size(); row++) {
            double value = batch.values()[row];
            lines.add(batch.labels(row) + " " + (StaleMarker.is(value) ? "stale" : value) + " @ "
                    + (batch.times()[row] - START.toEpochMilli()));
            batch.references()[row] = row + 1;
        }
        batches.add(lines);
        return new SampleSink.Appended(batch.size(), false, List.of(), 0, List.of());
    }

    /// All lines appended since the last call.
    List<String> appended() {
        List<String> lines = batches.stream().flatMap(List::stream).toList();
        batches.clear();
        return lines;
    }

    void vector(String expression, QueryResult.Element... elements) {
        answers.put(expression, _ -> new QueryResult.Vector(List.of(elements)));
    }

    static QueryResult.Element element(double value, String... labels) {
        return new QueryResult.Element(Labels.of(labels), 0, value, null);
    }

    RuleGroup group(boolean restored, GroupSpec spec) {
        var ruleMeters = new RuleMeters(meters);
        return new RuleGroup(
                spec,
                (name, template, element, at) -> template.replace("{{ $value }}", Double.toString(element.value())),
                restored,
                ports,
                settings,
                new Semaphore(1),
                ruleMeters,
                ruleMeters.of(spec));
    }

    static GroupSpec spec(RuleSpec... rules) {
        return spec(0, Duration.ZERO, rules);
    }

    static GroupSpec spec(int limit, Duration offset, RuleSpec... rules) {
        return new GroupSpec("f.yml", "g", Duration.ofSeconds(15), offset, limit, List.of(rules));
    }

    static RuleSpec record(String name, String query, String... labels) {
        return new RuleSpec.Recording(name, number(), query, Labels.of(labels).toMap());
    }

    static Expr number() {
        return new Expr.NumberLiteral(1, false, new Span(0, 1));
    }

    static RuleSpec.Alerting alert(String name, String query, Duration hold) {
        return alert(name, query, hold, Duration.ZERO, Map.of());
    }

    static RuleSpec.Alerting alert(
            String name, String query, Duration hold, Duration keepFiring, Map<String, String> labels) {
        return new RuleSpec.Alerting(
                name, number(), query, hold, keepFiring, labels, Map.of("text", "is {{ $value }}"));
    }
}
