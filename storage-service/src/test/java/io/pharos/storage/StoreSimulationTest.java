package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random appends, seals, checkpoints, closings and crashes against a map that remembers everything.
class StoreSimulationTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path root;

    private Path folder;
    private TimeSeriesStore store;
    private Random random;
    private long now;
    private final Map<Labels, TreeMap<Long, String>> oracle = new TreeMap<>();
    private final Map<Labels, Long> references = new TreeMap<>();

    private StoreOptions options(Path path) {
        return new StoreOptions(
                path,
                new HeadLimits(3_600_000, 100, HeadLimits.SeriesLimits.NONE),
                StoreOptions.Retention.FOREVER,
                StoreOptions.Reserve.NONE,
                StoreOptions.Thresholds.DEFAULT,
                StoreOptions.Files.DEFAULT);
    }

    private static String text(double value) {
        return Long.toHexString(Double.doubleToRawLongBits(value));
    }

    private static String text(FloatHistogram h) {
        return h.isStale()
                ? "stale histogram"
                : h.count() + "|" + h.sum() + "|" + java.util.Arrays.toString(h.positive()) + h.schema();
    }

    private void append() {
        var batch = new SampleBatch();
        var rows = new ArrayList<Labels>();
        batch.reset(rows::get);
        now += 1 + random.nextInt(30_000);
        for (int i = 0; i < 24; i++) {
            Labels labels = Labels.of("__name__", "m" + i % 3, "i", "" + i);
            if (random.nextInt(5) == 0) {
                continue;
            }
            long reference = references.getOrDefault(labels, 0L);
            TreeMap<Long, String> known = oracle.computeIfAbsent(labels, _ -> new TreeMap<>());
            if (i < 16) {
                double value = i < 8
                        ? Math.round(now * 0.001) * i + random.nextInt(2)
                        : random.nextInt(30) == 0 ? StaleMarker.VALUE : random.nextInt(1000) / 8.0;
                long at = now;
                if (i % 4 == 3 && random.nextInt(10) == 0) {
                    at = now - random.nextInt(3_000_000);
                    if (known.containsKey(at)) {
                        continue;
                    }
                }
                rows.add(labels);
                int row = batch.addFloat(reference, at, value);
                if (i % 5 == 4) {
                    batch.setStart(row, at - 5);
                }
                known.put(at, text(value));
            } else {
                long base = now % 100_000 + i;
                Histogram h = new Histogram(
                        CounterResetHint.UNKNOWN,
                        1,
                        0.01,
                        base,
                        base * 4,
                        base * 1.5,
                        new BucketSpan[] {new BucketSpan(0, 2)},
                        new long[] {base, base},
                        new BucketSpan[0],
                        new long[0],
                        new double[0]);
                rows.add(labels);
                if (random.nextInt(40) == 0) {
                    batch.addHistogram(reference, now, Histogram.stale());
                    known.put(now, "stale histogram");
                } else if (i >= 20) {
                    batch.addHistogram(reference, now, h.toFloat());
                    known.put(now, text(h.toFloat()));
                } else {
                    batch.addHistogram(reference, now, h);
                    known.put(now, text(h.toFloat()));
                }
            }
        }
        var appended = store.append(batch, OnReject.KEEP_REST);
        assertThat(appended.rejected()).isEmpty();
        for (int row = 0; row < rows.size(); row++) {
            references.put(rows.get(row), batch.references()[row]);
        }
    }

    private void verify(String when) {
        var found = new TreeMap<Labels, TreeMap<Long, String>>();
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                var buffer = new SampleBuffer();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                var of = new TreeMap<Long, String>();
                for (int k = 0; k < buffer.floats(); k++) {
                    assertThat(k == 0 || buffer.times()[k] > buffer.times()[k - 1])
                            .isTrue();
                    of.put(buffer.times()[k], text(buffer.values()[k]));
                }
                for (int k = 0; k < buffer.histogramCount(); k++) {
                    of.put(buffer.histogramTimes()[k], text(buffer.histograms()[k]));
                }
                assertThat(i == 0 || set.labels(i - 1).compareTo(set.labels(i)) < 0)
                        .isTrue();
                found.put(set.labels(i), of);
            }
        }
        assertThat(found.keySet()).as(when).isEqualTo(oracle.keySet());
        oracle.forEach((labels, samples) ->
                assertThat(found.get(labels)).as("%s: %s", when, labels).isEqualTo(samples));
        // a narrow range through another selection
        long from = T + random.nextLong(Math.max(1, now - T));
        var range = new TimeRange(from + 1, from + 600_000);
        try (SeriesSet set =
                store.select(new Selection(range, List.of(Matcher.equal("__name__", "m1")), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                var buffer = new SampleBuffer();
                set.read(i, from, range.lastMs(), buffer);
                assertThat(buffer.floats() + buffer.histogramCount())
                        .as("%s: %s in (%d, %d]", when, set.labels(i), from, range.lastMs())
                        .isEqualTo(oracle.get(set.labels(i))
                                .subMap(from, false, range.lastMs(), true)
                                .size());
                buffer.clear();
                set.latest(i, from, range.lastMs(), buffer);
                var newest = oracle.get(set.labels(i)).floorEntry(range.lastMs());
                if (newest != null && newest.getKey() > from) {
                    String got = buffer.floats() > 0
                            ? text(buffer.values()[buffer.floats() - 1])
                            : text(buffer.histograms()[0]);
                    assertThat(got).as("%s: latest of %s", when, set.labels(i)).isEqualTo(newest.getValue());
                }
            }
        }
    }

    private void crash(int step) throws IOException {
        Path copy = root.resolve("crash" + step + "-" + random.nextInt());
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(folder.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        store.close();
        folder = copy;
        store = TimeSeriesStore.open(options(folder), InstantSource.system());
        references.clear();
    }

    @Test
    void nothingAcknowledgedIsEverLost() throws IOException {
        for (int seed = 1; seed <= 3; seed++) {
            random = new Random(seed);
            now = T;
            oracle.clear();
            references.clear();
            folder = root.resolve("seed" + seed);
            store = TimeSeriesStore.open(options(folder), InstantSource.system());
            for (int step = 0; step < 40; step++) {
                int appends = random.nextInt(60);
                for (int i = 0; i < appends; i++) {
                    append();
                }
                String done =
                        switch (random.nextInt(8)) {
                            case 0 -> {
                                store.flush();
                                yield "flush";
                            }
                            case 1 -> {
                                crash(step);
                                yield "crash";
                            }
                            case 2 -> {
                                store.close();
                                store = TimeSeriesStore.open(options(folder), InstantSource.system());
                                references.clear();
                                yield "reopen";
                            }
                            default -> "append";
                        };
                verify("seed " + seed + " step " + step + " after " + done);
            }
            store.close();
        }
    }

    @Test
    void whatIsDeletedStaysAwayAndWhatComesLaterStays() {
        random = new Random(5);
        now = T;
        folder = root.resolve("deleting");
        store = TimeSeriesStore.open(options(folder), InstantSource.system());
        for (int i = 0; i < 200; i++) {
            append();
        }
        store.flush();
        for (int i = 0; i < 50; i++) {
            append();
        }
        long middle = (T + now) / 2;
        store.delete(List.of(List.of(Matcher.equal("__name__", "m1"))), new TimeRange(Long.MIN_VALUE, middle));
        store.delete(List.of(List.of(Matcher.equal("i", "2"))), TimeRange.ALL);
        oracle.forEach((labels, samples) -> {
            if (labels.metricName().equals("m1")) {
                samples.headMap(middle, true).clear();
            }
            if (labels.get("i").equals("2")) {
                samples.clear();
            }
        });
        oracle.values().removeIf(TreeMap::isEmpty);
        verify("deleted");
        store.cleanTombstones();
        assertThat(store.partitions().tombstones().isEmpty()).isTrue();
        verify("cleaned");
        append();
        verify("later");
        store.close();
    }

    @Test
    void aSnapshotIsAStore() {
        random = new Random(6);
        now = T;
        folder = root.resolve("original");
        store = TimeSeriesStore.open(options(folder), InstantSource.system());
        for (int i = 0; i < 300; i++) {
            append();
        }
        Path copy = root.resolve("snapshot");
        store.snapshot(copy, true);
        store.close();
        store = TimeSeriesStore.open(options(copy), InstantSource.system());
        verify("snapshot");
        store.close();
    }
}
