package io.pharos.query.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Two metrics: `one`, a series with a sample, and `crowd`, a million series that take a millisecond each to read.
final class CrowdedSeries implements SeriesSource {
    private static final int CROWD = 1_000_000;

    private final long atMs;

    /// Counted down when the crowd is first read.
    final CountDownLatch reading = new CountDownLatch(1);

    CrowdedSeries(long atMs) {
        this.atMs = atMs;
    }

    @Override
    public SeriesSet select(Selection selection) {
        boolean crowd = selection.matchers().getFirst().matches(Labels.of("__name__", "crowd"));
        return new SeriesSet() {
            @Override
            public int size() {
                return crowd ? CROWD : 1;
            }

            @Override
            public Labels labels(int series) {
                return crowd
                        ? Labels.of("__name__", "crowd", "n", Integer.toString(series))
                        : Labels.of("__name__", "one");
            }

            @Override
            public void read(int series, long afterMs, long toMs, SampleBuffer into) {
                if (crowd) {
                    reading.countDown();
                    spin();
                }
                into.addFloat(atMs, 1);
            }

            @Override
            public void close() {}
        };
    }

    private static void spin() {
        long until = System.nanoTime() + 1_000_000;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        return new Listing(List.of("__name__"), false);
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        return new Listing(List.of("crowd", "one"), false);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<io.pharos.model.labels.Matcher>> matcherSets) {
        return List.of();
    }
}
