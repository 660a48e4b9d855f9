package io.pharos.query.api;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.sample.TimeRange;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/federate`: the newest sample of each selected series, for another server to scrape (`web/federate.go` of
/// Prometheus 3.14).
final class Federation {
    private static final SelectHints NEWEST = new SelectHints(0, "", 0, true, true);

    private final SeriesSource source;
    private final PromqlParser parser;
    private final InstantSource time;
    private final long lookbackMs;
    private final Supplier<Labels> externalLabels;
    private final LongAdder errors = new LongAdder();

    Federation(
            SeriesSource source,
            FeatureFlags flags,
            InstantSource time,
            long lookbackMs,
            Supplier<Labels> externalLabels) {
        this.source = source;
        this.parser = new PromqlParser(flags);
        this.time = time;
        this.lookbackMs = lookbackMs;
        this.externalLabels = externalLabels;
    }

    /// Requests that failed on this side.
    long errors() {
        return errors.sum();
    }

    /// One series with its newest sample: a histogram, or a float where that is null.
    record Newest(
            Labels labels,
            long atMs,
            double value,
            @Nullable FloatHistogram histogram) {}

    Answer federate(ApiRequest request) {
        List<List<Matcher>> sets;
        try {
            sets = parser.selectors(request.parameters().all("match[]"));
        } catch (ParseException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        }
        List<Newest> newest;
        try {
            newest = select(sets);
        } catch (ApiException e) {
            errors.increment();
            return Answer.text(
                    switch (e.error()) {
                        case UNAVAILABLE -> 503;
                        default -> 500;
                    },
                    e.text());
        }
        FederationFormat format = FederationFormat.accepted(request.header("Accept"));
        List<Family> families = families(newest, format);
        return new Answer.Raw(200, format.contentType(), Map.of(), out -> format.write(families, out));
    }

    private List<Newest> select(List<List<Matcher>> sets) {
        long now = time.millis();
        var range = new TimeRange(now - lookbackMs, now);
        var found = new TreeMap<Labels, Newest>();
        var buffer = new SampleBuffer();
        for (List<Matcher> matchers : sets) {
            if (matchers.isEmpty()) {
                // `{}` selects nothing in Prometheus.
                continue;
            }
            try (SeriesSet set = source.select(new SeriesSource.Selection(range, matchers, NEWEST))) {
                for (int i = 0; i < set.size(); i++) {
                    buffer.clear();
                    set.latest(i, range.firstMs() - 1, range.lastMs(), buffer);
                    Newest sample = sample(set.labels(i), buffer);
                    if (sample != null) {
                        found.merge(sample.labels(), sample, (a, b) -> a.atMs() >= b.atMs() ? a : b);
                    }
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    /// Null where the series has ended or has no sample.
    private static @Nullable Newest sample(Labels labels, SampleBuffer buffer) {
        if (buffer.histogramCount() > 0) {
            FloatHistogram histogram = buffer.histograms()[0];
            return histogram.isStale() ? null : new Newest(labels, buffer.histogramTimes()[0], 0, histogram);
        }
        if (buffer.floats() == 0 || StaleMarker.is(buffer.values()[0])) {
            return null;
        }
        return new Newest(labels, buffer.times()[0], buffer.values()[0], null);
    }

    /// What stands under one `# TYPE`.
    record Family(String name, Kind kind, List<Member> members) {}

    enum Kind {
        UNTYPED,
        HISTOGRAM,
        GAUGE_HISTOGRAM
    }

    /// One series without its name, with the labels to show, in order.
    record Member(Map<String, String> labels, Newest sample) {}

    private List<Family> families(List<Newest> newest, FederationFormat format) {
        newest.sort(Comparator.comparing(n -> n.labels().metricName(), Labels.NAME_ORDER));
        var external = new TreeMap<>(externalLabels.get().toMap());
        external.putIfAbsent("instance", "");
        var families = new ArrayList<Family>();
        for (Newest sample : newest) {
            FloatHistogram histogram = sample.histogram();
            boolean isNative = histogram != null && histogram.schema() != NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
            String name = sample.labels().metricName();
            if (isNative && !format.isProtobuf() || name.isEmpty()) {
                continue;
            }
            Kind kind = histogram == null
                    ? Kind.UNTYPED
                    : histogram.hint() == CounterResetHint.GAUGE ? Kind.GAUGE_HISTOGRAM : Kind.HISTOGRAM;
            Family last = families.isEmpty() ? null : families.getLast();
            if (last == null || !last.name().equals(name) || last.kind() != kind) {
                last = new Family(name, kind, new ArrayList<>());
                families.add(last);
            }
            var labels = new LinkedHashMap<String, String>();
            sample.labels().forEach(label -> labels.put(label.name(), label.value()));
            labels.remove(Labels.METRIC_NAME);
            external.forEach(labels::putIfAbsent);
            last.members().add(new Member(labels, sample));
        }
        return families;
    }
}
