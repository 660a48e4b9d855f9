package io.pharos.benchmarks;

import io.pharos.model.chunk.XorChunk;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Counters of XOR chunks in memory: what a store's warm data costs to read, without the store.
final class ChunkedSeries implements SeriesSource {
    private record Stored(Labels labels, XorChunk[] chunks) {}

    private final List<Stored> series = new ArrayList<>();

    /// `series` counters named `http_requests_total` over `samples` scrapes, `intervalMs` apart from `startMs` on.
    ChunkedSeries(int series, int samples, long startMs, long intervalMs) {
        var random = new Random(1);
        for (int i = 0; i < series; i++) {
            Labels labels = Labels.of(
                    "__name__",
                    "http_requests_total",
                    "job",
                    "job-" + i % 10,
                    "instance",
                    "host-" + i % 100 + ":9100",
                    "code",
                    i % 3 == 0 ? "500" : "200",
                    "handler",
                    "/api/v1/handler/" + i / 100);
            this.series.add(new Stored(labels, chunks(random, samples, startMs + random.nextInt(1000), intervalMs)));
        }
        this.series.sort((a, b) -> a.labels.compareTo(b.labels));
    }

    private static XorChunk[] chunks(Random random, int samples, long startMs, long intervalMs) {
        int perChunk = 120;
        var chunks = new XorChunk[(samples + perChunk - 1) / perChunk];
        var times = new long[perChunk];
        var values = new double[perChunk];
        double value = 0;
        for (int c = 0, at = 0; c < chunks.length; c++) {
            int n = 0;
            for (; n < perChunk && at < samples; n++, at++) {
                value = random.nextInt(5000) == 0 ? 0 : value + random.nextInt(20);
                times[n] = startMs + at * intervalMs;
                values[n] = value;
            }
            chunks[c] = XorChunk.encode(times, values, 0, n);
        }
        return chunks;
    }

    @Override
    public SeriesSet select(Selection selection) {
        var found = new ArrayList<Stored>();
        for (Stored s : series) {
            boolean all = true;
            for (Matcher m : selection.matchers()) {
                all &= m.matches(s.labels);
            }
            if (all) {
                found.add(s);
            }
        }
        return new Selected(found);
    }

    private record Selected(List<Stored> found) implements SeriesSet {
        @Override
        public int size() {
            return found.size();
        }

        @Override
        public Labels labels(int series) {
            return found.get(series).labels();
        }

        @Override
        public void read(int series, long afterMs, long toMs, SampleBuffer into) {
            for (XorChunk chunk : found.get(series).chunks()) {
                if (chunk.lastMs() > afterMs && chunk.firstMs() <= toMs) {
                    chunk.decode(into);
                }
            }
            into.clip(afterMs, toMs);
        }

        @Override
        public void close() {}
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        return new Listing(List.of(), false);
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        return new Listing(List.of(), false);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        return List.of(new SeriesExemplars(Labels.EMPTY, List.<Exemplar>of())).subList(0, 0);
    }
}
