package io.pharos.rule.group;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.StaleMarker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One group: evaluates its rules for a time given, appends what they give and hands alerts over. Does not wait
/// and reads the clock only to measure. One thread at a time; [#status()] from any.
final class RuleGroup {
    private static final Logger LOG = LoggerFactory.getLogger(RuleGroup.class);

    /// A series that a rule wrote, with the reference the sink gave for it.
    private static final class Written {
        final Labels labels;
        long reference;
        long iteration;

        Written(Labels labels) {
            this.labels = labels;
        }
    }

    /// A rule, what it wrote last, and what it is shown as.
    private static final class Entry {
        final RuleSpec spec;
        final @Nullable RecordingRule recording;
        final @Nullable AlertingRule alerting;
        Map<Labels, Written> written = new HashMap<>();
        Evaluated evaluated = Evaluated.NONE;
        volatile GroupStatus.RuleStatus status;

        Entry(RuleSpec spec, boolean restored) {
            this.spec = spec;
            this.recording = spec instanceof RuleSpec.Recording r ? new RecordingRule(r) : null;
            this.alerting = spec instanceof RuleSpec.Alerting a ? new AlertingRule(a, restored) : null;
            this.status = new GroupStatus.RuleStatus(
                    spec, new Health.Unknown(), 0, Instant.MIN, AlertState.UNKNOWN, List.of());
        }
    }

    /// One evaluation of one rule.
    private record Evaluated(Instant at, Duration took, RuleOutcome outcome) {
        static final Evaluated NONE =
                new Evaluated(Instant.MIN, Duration.ZERO, new RuleOutcome.Failed("bug: not evaluated"));
    }

    /// A row of the batch: whose it is, and whether it ends a series.
    private record Row(@Nullable Entry entry, Written series, boolean ends) {}

    private final GroupSpec spec;
    private final RulePorts ports;
    private final RuleSettings settings;
    private final Semaphore concurrent;
    private final RuleMeters meters;
    private final RuleMeters.GroupMeters groupMeters;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Integer> runs;
    private final List<Labels> ended = new ArrayList<>();
    private final SampleBatch batch = new SampleBatch();
    private final List<Row> rows = new ArrayList<>();
    private final Map<Entry, String> rejections = new HashMap<>();
    private volatile AlertTexts texts;
    private long iteration;
    private volatile double evaluationSeconds;
    private volatile Instant lastEvaluation = Instant.MIN;

    /// @param restored whether states are not to be read back after the first evaluations
    /// @param concurrent permits for rules evaluated beside the group's own thread
    RuleGroup(
            GroupSpec spec,
            AlertTexts texts,
            boolean restored,
            RulePorts ports,
            RuleSettings settings,
            Semaphore concurrent,
            RuleMeters meters,
            RuleMeters.GroupMeters groupMeters) {
        this.spec = spec;
        this.texts = texts;
        this.ports = ports;
        this.settings = settings;
        this.concurrent = concurrent;
        this.meters = meters;
        this.groupMeters = groupMeters;
        for (RuleSpec rule : spec.rules()) {
            entries.add(new Entry(rule, restored));
        }
        this.runs = RuleBatches.cut(spec.rules());
    }

    GroupSpec spec() {
        return spec;
    }

    RuleMeters.GroupMeters meters() {
        return groupMeters;
    }

    void texts(AlertTexts newTexts) {
        texts = newTexts;
    }

    GroupStatus status() {
        return new GroupStatus(
                spec,
                evaluationSeconds,
                lastEvaluation,
                entries.stream().map(entry -> entry.status).toList());
    }

    /// Takes over the alerts and written series of the group that this one replaces. Rules are matched by name
    /// and labels, equal ones in order; series of rules without a match end at the next evaluation.
    void takeOver(RuleGroup from) {
        record NameAndLabels(String name, Map<String, String> labels) {}
        var unmatched = new HashMap<NameAndLabels, Queue<Entry>>();
        for (Entry entry : from.entries) {
            unmatched
                    .computeIfAbsent(new NameAndLabels(entry.spec.name(), entry.spec.labels()), _ -> new ArrayDeque<>())
                    .add(entry);
        }
        for (Entry entry : entries) {
            Queue<Entry> queue = unmatched.get(new NameAndLabels(entry.spec.name(), entry.spec.labels()));
            Entry old = queue == null ? null : queue.poll();
            if (old != null) {
                entry.written = old.written;
                if (entry.alerting != null && old.alerting != null) {
                    entry.alerting.takeOver(old.alerting);
                }
            }
        }
        iteration = from.iteration;
        ended.addAll(from.ended);
        unmatched.values().forEach(queue -> queue.forEach(entry -> ended.addAll(entry.written.keySet())));
        evaluationSeconds = from.evaluationSeconds;
        lastEvaluation = from.lastEvaluation;
    }

    /// Evaluates every rule for `slot`.
    void evaluate(Instant slot) {
        long startNs = System.nanoTime();
        Instant started = ports.time().instant();
        groupMeters.iterations.increment();
        iteration++;
        long samples = 0;
        double ruleSeconds = 0;
        int from = 0;
        for (int size : runs) {
            List<Entry> run = entries.subList(from, from + size);
            from += size;
            evaluate(run, slot);
            append(run, slot);
            for (Entry entry : run) {
                ruleSeconds += entry.evaluated.took().toNanos() / 1e9;
                if (entry.evaluated.outcome() instanceof RuleOutcome.Samples some) {
                    samples += some.samples().size();
                }
                // The samples are in the store now; they need no second home.
                entry.evaluated = Evaluated.NONE;
            }
        }
        endSeries(slot);
        Duration took = Duration.ofNanos(System.nanoTime() - startNs);
        evaluationSeconds = took.toNanos() / 1e9;
        lastEvaluation = started;
        meters.iterated(took);
        groupMeters.lastDurationSeconds = evaluationSeconds;
        groupMeters.lastEvaluationSeconds = started.toEpochMilli() / 1e3;
        groupMeters.lastSamples = samples;
        groupMeters.lastRuleSumSeconds = ruleSeconds;
    }

    /// Reads the states of alerts back.
    void restore(ForStateRestore restore, Instant now) {
        long startNs = System.nanoTime();
        for (Entry entry : entries) {
            AlertingRule rule = entry.alerting;
            if (rule != null && !rule.isRestored()) {
                try {
                    restore.restore(rule, now);
                } catch (ApiException e) {
                    // There is no second chance: the next evaluation writes the state anew.
                    LOG.error(
                            "state of alert {} in group {} is not restored: {}",
                            rule.spec().name(),
                            spec.key(),
                            e.text());
                    rule.restored();
                }
            }
        }
        groupMeters.lastRestoreSeconds = (System.nanoTime() - startNs) / 1e9;
    }

    /// Ends every series the group wrote: it is gone for good.
    void endAllSeries(Instant now) {
        entries.forEach(entry -> {
            ended.addAll(entry.written.keySet());
            entry.written.clear();
        });
        endSeries(now);
    }

    private void evaluate(List<Entry> run, Instant slot) {
        if (settings.concurrentEvaluations() == 0 || run.size() == 1) {
            run.forEach(entry -> evaluate(entry, slot));
            return;
        }
        var others = new CountDownLatch(run.size());
        for (Entry entry : run) {
            if (concurrent.tryAcquire()) {
                Thread.ofVirtual().name("rule-" + spec.key()).start(() -> {
                    try {
                        evaluate(entry, slot);
                    } finally {
                        concurrent.release();
                        others.countDown();
                    }
                });
            } else {
                evaluate(entry, slot);
                others.countDown();
            }
        }
        boolean interrupted = false;
        while (true) {
            try {
                others.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void evaluate(Entry entry, Instant slot) {
        long startNs = System.nanoTime();
        Instant at = ports.time().instant();
        groupMeters.evaluations.increment();
        RuleOutcome outcome;
        try {
            outcome = outcome(entry, slot);
        } catch (ApiException e) {
            if (e.error() != ApiError.CANCELED) {
                LOG.warn("rule {} of group {} failed: {}", entry.spec.name(), spec.key(), e.text());
            }
            outcome = new RuleOutcome.Failed(e.text());
        } catch (RuntimeException e) {
            LOG.error("bug: rule {} of group {} failed", entry.spec.name(), spec.key(), e);
            outcome = new RuleOutcome.Failed(e.toString());
        }
        if (outcome instanceof RuleOutcome.Failed) {
            groupMeters.failures.increment();
        } else if (entry.alerting != null) {
            send(entry.alerting.toSend(slot, settings.resendDelay(), spec.interval(), settings.externalUrl()));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startNs);
        meters.evaluated(took);
        entry.evaluated = new Evaluated(at, took, outcome);
    }

    private RuleOutcome outcome(Entry entry, Instant slot) {
        List<QueryResult.Element> elements =
                switch (ports.evaluator()
                        .instant(entry.spec.query(), queryTimeMs(slot))
                        .value()) {
                    case QueryResult.Vector vector -> vector.elements();
                    case QueryResult.Scalar scalar ->
                        List.of(new QueryResult.Element(Labels.EMPTY, scalar.atMs(), scalar.value(), null));
                    case QueryResult.Text _, QueryResult.Matrix _ ->
                        throw new ApiException(ApiError.EXECUTION, "rule result is not a vector or scalar");
                };
        if (entry.recording != null) {
            return entry.recording.outcome(elements, spec.limit());
        }
        if (entry.alerting != null) {
            return entry.alerting.outcome(elements, slot, spec.limit(), texts);
        }
        throw new IllegalStateException("bug: rule " + entry.spec.name() + " is of no kind");
    }

    private void send(List<Alert> alerts) {
        if (alerts.isEmpty()) {
            return;
        }
        try {
            ports.alerts().send(alerts);
        } catch (ApiException e) {
            // They are sent again after the resend delay.
            LOG.warn("{} alerts of group {} were not taken: {}", alerts.size(), spec.key(), e.text());
        }
    }

    private void append(List<Entry> run, Instant slot) {
        startBatch();
        long atMs = queryTimeMs(slot);
        var created = new ArrayList<Runnable>();
        for (Entry entry : run) {
            if (entry.evaluated.outcome() instanceof RuleOutcome.Samples some) {
                for (RuleSample sample : some.samples()) {
                    Written series = entry.written.get(sample.labels());
                    if (series == null) {
                        series = new Written(sample.labels());
                        entry.written.put(sample.labels(), series);
                        created.add(() -> entry.written.remove(sample.labels()));
                    }
                    series.iteration = iteration;
                    rows.add(new Row(entry, series, false));
                    if (sample.histogram() == null) {
                        batch.addFloat(series.reference, atMs, sample.value());
                    } else {
                        batch.addHistogram(series.reference, atMs, sample.histogram());
                    }
                }
                for (Iterator<Written> all = entry.written.values().iterator(); all.hasNext(); ) {
                    Written series = all.next();
                    if (series.iteration != iteration) {
                        rows.add(new Row(entry, series, true));
                        batch.addFloat(series.reference, atMs, StaleMarker.VALUE);
                        all.remove();
                    }
                }
            }
        }
        String failure = appendBatch();
        var errors = new HashMap<Entry, String>();
        if (failure != null) {
            created.forEach(Runnable::run);
            run.forEach(entry -> errors.put(entry, failure));
            groupMeters.failures.increment(run.size());
        } else {
            errors.putAll(rejections);
        }
        for (Entry entry : run) {
            publish(entry, errors.get(entry));
        }
    }

    private void startBatch() {
        rows.clear();
        rejections.clear();
        batch.reset(row -> rows.get(row).series().labels);
    }

    /// Appends the batch; answers why nothing of it was stored, null if that is not so.
    private @Nullable String appendBatch() {
        if (batch.size() == 0) {
            return null;
        }
        try {
            SampleSink.Appended appended = ports.samples().append(batch, SampleSink.OnReject.KEEP_REST);
            long[] references = batch.references();
            for (int row = 0; row < rows.size(); row++) {
                rows.get(row).series().reference = references[row];
            }
            appended.rejected().forEach(this::noteRejected);
            return null;
        } catch (ApiException e) {
            LOG.warn("results of group {} were not stored: {}", spec.key(), e.text());
            return e.text();
        }
    }

    /// A sink names the first series of every reason: its rule is the one that is shown as failed.
    private void noteRejected(SampleSink.Rejected rejected) {
        for (Row row : rows) {
            if (row.series().labels.equals(rejected.firstSeries())) {
                if (row.ends()) {
                    // A marker that comes too late ends nothing; Prometheus is silent about it, too.
                    return;
                }
                if (row.entry() != null) {
                    rejections.put(row.entry(), rejected.text());
                }
                break;
            }
        }
        String what = rejected.reason() == RejectReason.INVALID ? "invalid" : rejected.text();
        LOG.warn(
                "{} samples of group {} were rejected ({}), the first of {}",
                rejected.count(),
                spec.key(),
                what,
                rejected.firstSeries());
    }

    private void endSeries(Instant slot) {
        if (ended.isEmpty()) {
            return;
        }
        startBatch();
        for (Labels labels : ended) {
            rows.add(new Row(null, new Written(labels), true));
            batch.addFloat(0, queryTimeMs(slot), StaleMarker.VALUE);
        }
        appendBatch();
        ended.clear();
    }

    private void publish(Entry entry, @Nullable String appendError) {
        Evaluated evaluated = entry.evaluated;
        Health health =
                switch (evaluated.outcome()) {
                    case RuleOutcome.Failed failed -> new Health.Bad(failed.error());
                    case RuleOutcome.Samples _ -> appendError == null ? new Health.Good() : new Health.Bad(appendError);
                };
        AlertingRule alerting = entry.alerting;
        entry.status = new GroupStatus.RuleStatus(
                entry.spec,
                health,
                evaluated.took().toNanos() / 1e9,
                evaluated.at(),
                alerting == null ? AlertState.INACTIVE : alerting.state(),
                alerting == null ? List.of() : alerting.status());
    }

    private long queryTimeMs(Instant slot) {
        return slot.minus(spec.queryOffset()).toEpochMilli();
    }
}
