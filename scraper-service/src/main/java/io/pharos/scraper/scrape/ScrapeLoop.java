package io.pharos.scraper.scrape;

import io.pharos.model.config.ScrapeProtocol;
import io.pharos.model.exposition.ExposedLabels;
import io.pharos.model.exposition.ExpositionException;
import io.pharos.model.exposition.ExpositionParser;
import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.HistogramRules;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.Rejected;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import io.pharos.model.sample.StaleMarker;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Decides what every answer of one target means for the sink: which samples, stale markers and report series go into
/// the batch. Takes bodies and times, fills a batch; holds no clock, socket or thread.
///
/// One scrape: [#scrape] fills the batch of a workspace, the caller appends it and says what became of it by
/// [#appended] or [#lost]. One call at a time.
final class ScrapeLoop {
    /// How far samples with a time of their own may be ahead.
    private static final long MAX_AHEAD_MS = 10 * 60_000;

    /// A new series that begins further back is not counted as added: a head does not take its sample.
    private static final long MAX_BEHIND_MS = 60 * 60_000;

    private static final int MAX_EXEMPLAR_CHARACTERS = 128;
    private static final List<String> REPORTS = List.of(
            "up",
            "scrape_duration_seconds",
            "scrape_samples_scraped",
            "scrape_samples_post_metric_relabeling",
            "scrape_series_added",
            "scrape_timeout_seconds",
            "scrape_sample_limit",
            "scrape_body_size_bytes");
    private static final int PLAIN_REPORTS = 5;

    /// What a scrape came to. `error` is empty when it succeeded.
    record Report(String error, long scraped, long added, long seriesAdded, double seconds) {
        boolean isUp() {
            return error.isEmpty();
        }
    }

    private final Labels target;
    private final SampleRules rules;
    private final ReportRules reports;
    private final Optional<ScrapeProtocol> fallback;
    private final Options options;
    private final ScrapeMetrics metrics;
    private final SeriesLabels seriesLabels;
    private final ScrapeCache cache;
    private final MetadataCache metadata;
    private final long[] reportReferences = new long[REPORTS.size()];
    private boolean reported;

    // Labels that can't be made again from a key, because a unit is not in it.
    private final @Nullable Map<Integer, Labels> kept;

    private Format format = Format.TEXT;

    /// The type that `format` was told by.
    private @Nullable String contentType;

    private boolean emptyBody;
    private String error = "";
    private long scraped;
    private long added;
    private long seriesAdded;
    private long offered;
    private boolean overLimit;
    private boolean overBuckets;
    private long refused;
    private volatile long lastRefused;

    ScrapeLoop(
            Labels target,
            SampleRules rules,
            ReportRules reports,
            Optional<ScrapeProtocol> fallback,
            Options options,
            ScrapeMetrics metrics,
            ScrapeCache cache,
            MetadataCache metadata) {
        this.target = target;
        this.rules = rules;
        this.reports = reports;
        this.fallback = fallback;
        this.options = options;
        this.metrics = metrics;
        this.cache = cache;
        this.metadata = metadata;
        this.seriesLabels = new SeriesLabels(rules, target);
        this.kept = rules.typeAndUnit() ? new HashMap<>() : null;
    }

    ScrapeCache cache() {
        return cache;
    }

    /// How many series of the newest scrape the target's limit kept out.
    long refused() {
        return lastRefused;
    }

    /// What the target's series are, by the last scrapes; not while one goes on.
    Cardinality cardinality() {
        var work = new Workspace();
        var byMetric = new HashMap<String, Integer>();
        int series = 0;
        KeyTable keys = cache.keys;
        for (int slot = 0; slot < keys.end(); slot++) {
            if (cache.isLive(slot)) {
                series++;
                byMetric.merge(labelsOf(slot, work).metricName(), 1, Integer::sum);
            }
        }
        return new Cardinality(series, lastRefused, reports.seriesLimit(), byMetric);
    }

    MetadataCache metadata() {
        return metadata;
    }

    /// Fills the workspace's batch with what a scrape at `atMs` came to.
    ///
    /// @param elapsed seconds since the scrape began
    Report scrape(Fetched fetched, long atMs, DoubleSupplier elapsed, Workspace work) {
        cache.begin();
        metadata.begin();
        error = "";
        scraped = 0;
        added = 0;
        seriesAdded = 0;
        offered = 0;
        overLimit = false;
        overBuckets = false;
        refused = 0;
        long size = 0;
        emptyBody = false;
        work.batch.reset(row -> labels(row, work));
        switch (fetched) {
            case Fetched.Failed(String why, boolean tooLarge) -> {
                error = why;
                size = tooLarge ? -1 : 0;
            }
            case Fetched.Body body -> {
                emptyBody = body.length() == 0;
                size = body.length();
                if (!emptyBody) {
                    read(body, atMs, work);
                }
            }
        }
        if (error.isEmpty() && rules.storeMetadata()) {
            metadata.addChanges(work.batch);
        }
        boolean failed = !error.isEmpty();
        if (failed) {
            work.batch.reset(row -> labels(row, work));
        }
        for (int slot = 0; slot < cache.keys.end(); slot++) {
            if (failed ? cache.isLive(slot) : cache.isStale(slot)) {
                addStale(slot, atMs, work);
            }
        }
        metrics.seriesRefused.increment(refused);
        lastRefused = refused;
        double seconds = elapsed.getAsDouble();
        var report = new Report(error, scraped, added, seriesAdded, seconds);
        addReports(report, size, atMs, work);
        return report;
    }

    private void read(Fetched.Body body, long atMs, Workspace work) {
        try {
            if (!body.contentType().equals(contentType)) {
                format = Protocols.formatOf(body.contentType(), fallback);
                contentType = body.contentType();
            }
            ExpositionParser parser = work.parser(format, options);
            parser.reset(body.bytes(), body.length());
            read(parser, atMs, work);
            if (overBuckets) {
                metrics.exceededBucketLimit.increment();
                error = "histogram bucket limit exceeded";
            }
            if (overLimit) {
                metrics.exceededSampleLimit.increment();
                error = "sample limit exceeded";
            }
        } catch (ScrapeFailure e) {
            error = e.text();
        } catch (ExpositionException e) {
            error = e.text();
        }
    }

    private void read(ExpositionParser parser, long atMs, Workspace work) {
        KeyTable keys = cache.keys;
        while (true) {
            if (parser.atComment() && metadata.skips(parser)) {
                continue;
            }
            int guess = keys.guess();
            Entry entry = guess < 0 ? parser.next() : parser.next(keys.arena(), keys.from(guess), keys.to(guess));
            switch (entry) {
                case SERIES -> add(parser, guess, null, atMs, work);
                case HISTOGRAM -> {
                    NativeHistogram histogram = Objects.requireNonNull(parser.histogram());
                    add(parser, guess, histogram, atMs, work);
                }
                case TYPE, HELP, UNIT -> metadata.take(entry, parser);
                case COMMENT -> {}
                case END -> {
                    return;
                }
            }
        }
    }

    /// The histogram as coarse as the job wants it; null where it stays too fine.
    private @Nullable NativeHistogram limited(NativeHistogram histogram) {
        NativeHistogram reduced = histogram;
        if (rules.minBucketFactor() > 1) {
            reduced = HistogramLimits.toFactor(reduced, rules.minBucketFactor());
        }
        return rules.bucketLimit() > 0 ? HistogramLimits.toLimit(reduced, rules.bucketLimit()) : reduced;
    }

    private void add(ExpositionParser parser, int guess, @Nullable NativeHistogram exposed, long atMs, Workspace work) {
        scraped++;
        int slot = parser.asExpected() ? guess : cache.keys.find(parser.keyBytes(), parser.keyStart(), parser.keyEnd());
        if (slot >= 0) {
            add(parser, slot, cache.see(slot) ? Seen.AGAIN : Seen.BEFORE, exposed, atMs, work);
        } else if (reports.seriesLimit() > 0 && cache.kept() >= reports.seriesLimit()) {
            refused++;
        } else {
            add(parser, resolve(parser, work.exposed), Seen.NEVER, exposed, atMs, work);
        }
    }

    private enum Seen {
        NEVER,
        /// In an earlier scrape.
        BEFORE,
        /// In this scrape.
        AGAIN
    }

    /// Too large to be inlined, which keeps what new series need away from what every sample does: the compiler inlines
    /// only so much per method.
    private void add(
            ExpositionParser parser,
            int slot,
            Seen seen,
            @Nullable NativeHistogram exposed,
            long atMs,
            Workspace work) {
        cache.keys.visit(slot);
        if (cache.isDropped(slot)) {
            return;
        }
        added++;
        boolean timed = parser.hasTime() && rules.honorTimestamps();
        long ms = timed ? parser.timeMs() : atMs;
        if (seen == Seen.AGAIN && !timed) {
            metrics.duplicates.increment();
            return;
        }
        NativeHistogram histogram = exposed == null ? null : limited(exposed);
        if (exposed != null && histogram == null) {
            overBuckets = true;
            return;
        }
        offered++;
        if (reports.sampleLimit() > 0 && offered > reports.sampleLimit()) {
            overLimit = true;
        }
        if (!timed || rules.trackTimestampsStaleness()) {
            cache.track(slot);
        }
        if (timed && ms > atMs + MAX_AHEAD_MS) {
            metrics.outOfBounds.increment();
            return;
        }
        if (overLimit || overBuckets) {
            return;
        }
        String problem = histogram == null ? null : HistogramRules.problem(histogram);
        if (problem != null) {
            added--;
            throw new ScrapeFailure(problem);
        }
        if (seen == Seen.NEVER && ms > atMs - MAX_BEHIND_MS) {
            seriesAdded++;
        }
        SampleBatch batch = work.batch;
        if (parser.startMs() != 0 && rules.startZeros()) {
            addStartZero(parser.startMs(), slot, histogram, ms, work);
        }
        int row;
        if (histogram == null) {
            row = batch.addFloat(cache.references[slot], ms, parser.value());
            cache.kind(slot, false, false);
        } else {
            row = batch.addHistogram(cache.references[slot], ms, histogram);
            cache.kind(slot, true, histogram instanceof FloatHistogram);
        }
        work.own(row, slot);
        if (rules.keepStarts() && parser.startMs() != 0) {
            batch.setStart(row, parser.startMs());
        }
        if (format != Format.TEXT) {
            addExemplars(parser, row, ms, work);
        }
    }

    /// Makes the labels of a series not seen before, and remembers it.
    private int resolve(ExpositionParser parser, ExposedLabels exposed) {
        parser.labels(exposed);
        if (rules.typeAndUnit()) {
            addTypeAndUnit(parser, exposed);
        }
        Labels labels = seriesLabels.of(exposed);
        int slot = cache.add(
                parser.keyBytes(),
                parser.keyStart(),
                parser.keyEnd(),
                labels == null,
                parser.type(),
                labels == null ? 0 : labels.hash());
        if (labels != null) {
            if (kept != null) {
                kept.put(slot, labels);
            }
        }
        return slot;
    }

    private static void addTypeAndUnit(ExpositionParser parser, ExposedLabels exposed) {
        exposed.remove("__type__");
        exposed.remove("__unit__");
        if (parser.type() != MetricType.UNKNOWN) {
            exposed.add("__type__", parser.type().text());
        }
        if (!parser.unit().isEmpty()) {
            exposed.add("__unit__", parser.unit());
        }
    }

    private void addStartZero(long startMs, int slot, @Nullable NativeHistogram histogram, long ms, Workspace work) {
        if (startMs >= ms || !cache.changeStart(slot, startMs)) {
            return;
        }
        SampleBatch batch = work.batch;
        long reference = cache.references[slot];
        int row =
                switch (histogram) {
                    case null -> batch.addFloat(reference, startMs, 0);
                    case Histogram h -> batch.addHistogram(reference, startMs, empty(h));
                    case FloatHistogram h -> batch.addHistogram(reference, startMs, empty(h));
                };
        work.own(row, slot);
    }

    private static Histogram empty(Histogram h) {
        Histogram s = Histogram.stale();
        return new Histogram(
                CounterResetHint.RESET,
                h.schema(),
                h.zeroThreshold(),
                0,
                0,
                0,
                s.positiveSpans(),
                s.positiveDeltas(),
                s.negativeSpans(),
                s.negativeDeltas(),
                h.customValues());
    }

    private static FloatHistogram empty(FloatHistogram h) {
        FloatHistogram s = FloatHistogram.stale();
        return new FloatHistogram(
                CounterResetHint.RESET,
                h.schema(),
                h.zeroThreshold(),
                0,
                0,
                0,
                s.positiveSpans(),
                s.positive(),
                s.negativeSpans(),
                s.negative(),
                h.customValues());
    }

    private static void addExemplars(ExpositionParser parser, int row, long ms, Workspace work) {
        List<Exemplar> exemplars = work.exemplars;
        exemplars.clear();
        parser.exemplars(ms, exemplars);
        if (exemplars.isEmpty()) {
            return;
        }
        if (exemplars.size() > 1) {
            exemplars.sort(Comparator.comparingLong(Exemplar::atMs)
                    .thenComparingDouble(Exemplar::value)
                    .thenComparing(Exemplar::labels));
        }
        for (Exemplar exemplar : exemplars) {
            if (characters(exemplar.labels()) <= MAX_EXEMPLAR_CHARACTERS) {
                work.batch.addExemplar(row, exemplar);
            }
        }
    }

    private static int characters(Labels labels) {
        int sum = 0;
        for (var label : labels) {
            sum += label.name().codePointCount(0, label.name().length())
                    + label.value().codePointCount(0, label.value().length());
        }
        return sum;
    }

    private void addStale(int slot, long atMs, Workspace work) {
        SampleBatch batch = work.batch;
        long reference = cache.references[slot];
        int row;
        if (!cache.isHistogram(slot)) {
            row = batch.addFloat(reference, atMs, StaleMarker.VALUE);
        } else if (cache.isFloatHistogram(slot)) {
            row = batch.addHistogram(reference, atMs, FloatHistogram.stale());
        } else {
            row = batch.addHistogram(reference, atMs, Histogram.stale());
        }
        work.own(row, slot);
    }

    private void addReports(Report report, long size, long atMs, Workspace work) {
        addReport(0, report.isUp() ? 1 : 0, atMs, work);
        addReport(1, report.seconds(), atMs, work);
        addReport(2, report.scraped(), atMs, work);
        addReport(3, report.added(), atMs, work);
        addReport(4, report.seriesAdded(), atMs, work);
        if (reports.extra()) {
            addReport(5, reports.timeoutSeconds(), atMs, work);
            addReport(6, reports.sampleLimit(), atMs, work);
            addReport(7, size, atMs, work);
        }
    }

    private void addReport(int report, double value, long atMs, Workspace work) {
        work.own(work.batch.addFloat(reportReferences[report], atMs, value), -1 - report);
    }

    /// Fills the batch with the markers that end every series of the target, report series included. Nothing when it
    /// was never scraped.
    void endOfRun(long atMs, Workspace work) {
        work.batch.reset(row -> labels(row, work));
        if (!reported) {
            return;
        }
        for (int slot = 0; slot < cache.keys.end(); slot++) {
            if (cache.isLive(slot)) {
                addStale(slot, atMs, work);
            }
        }
        int count = reports.extra() ? REPORTS.size() : PLAIN_REPORTS;
        for (int report = 0; report < count; report++) {
            addReport(report, StaleMarker.VALUE, atMs, work);
        }
    }

    /// Takes over what became of the batch.
    void appended(Appended appended, Workspace work) {
        long[] references = work.batch.references();
        for (int row = 0; row < work.batch.size(); row++) {
            int slot = work.owner(row);
            if (slot >= 0) {
                cache.references[slot] = references[row];
            } else {
                reportReferences[-1 - slot] = references[row];
            }
        }
        reported = true;
        for (Rejected rejected : appended.rejected()) {
            switch (rejected.reason()) {
                case DUPLICATE -> metrics.duplicates.increment(rejected.count());
                case OUT_OF_ORDER -> metrics.outOfOrder.increment(rejected.count());
                case TOO_OLD, OUT_OF_BOUNDS, TOO_FAR_AHEAD -> metrics.outOfBounds.increment(rejected.count());
                case LIMIT, INVALID -> {}
            }
        }
        for (Rejected rejected : appended.rejectedExemplars()) {
            metrics.exemplarsOutOfOrder.increment(rejected.count());
        }
        boolean succeeded = error.isEmpty();
        if (succeeded) {
            cache.succeed(emptyBody);
        } else if (cache.fail()) {
            metrics.cacheFlushForced.increment();
        }
        if (kept != null) {
            kept.keySet().removeIf(slot -> !cache.keys.has(slot));
        }
        metadata.end(succeeded && !emptyBody);
    }

    /// Says that the batch could not be appended: what was live still is.
    void lost() {
        metadata.end(false);
    }

    private Labels labels(int row, Workspace work) {
        int slot = work.owner(row);
        return slot >= 0
                ? labelsOf(slot, work)
                : new LabelsBuilder(target)
                        .set(Labels.METRIC_NAME, REPORTS.get(-1 - slot))
                        .build();
    }

    private Labels labelsOf(int slot, Workspace work) {
        Labels known = kept == null ? null : kept.get(slot);
        if (known != null) {
            return known;
        }
        KeyTable keys = cache.keys;
        var exposed = new ExposedLabels();
        work.parser(formatOf(keys.arena(), keys.to(slot)), options)
                .labelsOf(keys.arena(), keys.from(slot), keys.to(slot), cache.type(slot), exposed);
        Labels labels = seriesLabels.of(exposed);
        if (labels == null) {
            throw new IllegalStateException("bug: relabelling drops a series it kept before, of target " + target);
        }
        return labels;
    }

    /// Keys of protobuf alone end with 0xFF; those of both text formats read alike.
    private static Format formatOf(byte[] keys, int to) {
        return keys[to - 1] == (byte) 0xff ? Format.PROTOBUF : Format.TEXT;
    }
}
