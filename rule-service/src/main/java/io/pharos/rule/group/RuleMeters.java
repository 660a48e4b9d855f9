package io.pharos.rule.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The `prometheus_rule_*` metrics.
final class RuleMeters {
    private final MeterRegistry registry;
    private final List<Timer> evaluation;
    private final List<Timer> iteration;

    RuleMeters(MeterRegistry registry) {
        this.registry = registry;
        this.evaluation = durations("prometheus_rule_evaluation_duration", "The duration for a rule to execute.");
        this.iteration = durations("prometheus_rule_group_duration", "The duration of rule group evaluations.");
    }

    void evaluated(Duration duration) {
        evaluation.forEach(timer -> timer.record(duration));
    }

    void iterated(Duration duration) {
        iteration.forEach(timer -> timer.record(duration));
    }

    /// The meters of one group.
    GroupMeters of(GroupSpec spec) {
        return new GroupMeters(registry, spec);
    }

    private List<Timer> durations(String name, String description) {
        return List.of(
                Timer.builder(name + "_seconds")
                        .description(description)
                        .publishPercentiles(0.01, 0.05, 0.5, 0.9, 0.99)
                        .register(registry),
                Timer.builder(name + "_histogram_seconds")
                        .description(description)
                        .serviceLevelObjectives(
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10))
                        .register(registry));
    }

    static final class GroupMeters {
        private final MeterRegistry registry;
        private final String key;
        private final List<Meter> meters = new ArrayList<>();
        final Counter evaluations;
        final Counter failures;
        final Counter iterations;
        final Counter missed;
        private volatile GroupSpec spec;
        volatile double lastDurationSeconds;
        volatile double lastEvaluationSeconds;
        volatile double lastSamples;
        volatile double lastRuleSumSeconds;
        volatile double lastRestoreSeconds;

        private GroupMeters(MeterRegistry registry, GroupSpec spec) {
            this.registry = registry;
            this.key = spec.key();
            this.spec = spec;
            evaluations = counter("prometheus_rule_evaluations_total", "The total number of rule evaluations.");
            failures = counter(
                    "prometheus_rule_evaluation_failures_total", "The total number of rule evaluation failures.");
            iterations = counter(
                    "prometheus_rule_group_iterations_total",
                    "The total number of scheduled rule group evaluations, whether executed or missed.");
            missed = counter(
                    "prometheus_rule_group_iterations_missed_total",
                    "The total number of rule group evaluations missed due to slow rule group evaluation.");
            gauge(
                    "interval_seconds",
                    "The interval of a rule group.",
                    () -> this.spec.interval().toNanos() / 1e9);
            gauge("rules", "The number of rules.", () -> this.spec.rules().size());
            gauge(
                    "last_duration_seconds",
                    "The duration of the last rule group evaluation.",
                    () -> lastDurationSeconds);
            gauge(
                    "last_evaluation_timestamp_seconds",
                    "The timestamp of the last rule group evaluation in seconds.",
                    () -> lastEvaluationSeconds);
            gauge(
                    "last_evaluation_samples",
                    "The number of samples returned during the last rule group evaluation.",
                    () -> lastSamples);
            gauge(
                    "last_rule_duration_sum_seconds",
                    "The sum of time in seconds it took to evaluate each rule in the group regardless of concurrency.",
                    () -> lastRuleSumSeconds);
            gauge(
                    "last_restore_duration_seconds",
                    "The duration of the last alert rules alerts restoration using the `ALERTS_FOR_STATE` series.",
                    () -> lastRestoreSeconds);
        }

        /// The group has changed.
        void configure(GroupSpec newSpec) {
            spec = newSpec;
        }

        /// Takes the meters of a group that is no more out of the registry.
        void remove() {
            meters.forEach(registry::remove);
        }

        private Counter counter(String name, String description) {
            Counter counter = Counter.builder(name)
                    .description(description)
                    .tag("rule_group", key)
                    .register(registry);
            meters.add(counter);
            return counter;
        }

        private void gauge(String name, String description, DoubleSupplier value) {
            meters.add(Gauge.builder("prometheus_rule_group_" + name, value::getAsDouble)
                    .description(description)
                    .tag("rule_group", key)
                    .register(registry));
        }
    }
}
