package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.head.HeadLimits.SeriesLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads data folders of every released format, which stay for ever. `-Dgolden.write=FOLDER` writes one of the present
/// format.
class GoldenFormatTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path root;

    private static StoreOptions options(Path folder) {
        return new StoreOptions(
                folder,
                new HeadLimits(3_600_000, 100, SeriesLimits.NONE),
                StoreOptions.Retention.FOREVER,
                StoreOptions.Reserve.NONE,
                StoreOptions.Thresholds.DEFAULT,
                StoreOptions.Files.DEFAULT);
    }

    private static double value(int series, int step) {
        return switch (series) {
            case 0 -> step;
            case 1 -> step / 8.0 - 3;
            case 2 -> Math.sqrt(step + 2);
            case 3 -> step % 50 == 49 ? StaleMarker.VALUE : 7;
            case 4 -> step % 2 == 0 ? -0.0 : Double.POSITIVE_INFINITY;
            default -> step % 3 == 0 ? Double.longBitsToDouble(0x7ff8000000000123L) : Double.MIN_VALUE;
        };
    }

    private static Histogram histogram(int step) {
        return new Histogram(
                CounterResetHint.UNKNOWN,
                1,
                0.01,
                step,
                step * 4L,
                step * 1.5,
                new BucketSpan[] {new BucketSpan(0, 2)},
                new long[] {step, step},
                new BucketSpan[0],
                new long[0],
                new double[0]);
    }

    /// Steps `from` to `to` of six series of floats, one with start times, one of histograms, one out of order.
    private static void fill(TimeSeriesStore store, int from, int to) {
        var batch = new SampleBatch();
        for (int step = from; step < to; step++) {
            long ms = T + step * 15_000L + step % 3;
            batch.reset(row -> row < 6
                    ? Labels.of("__name__", "m", "i", "" + row)
                    : Labels.of(
                            "__name__", new String[] {"started", "native_histogram", "late"}[row - 6], "é", "\u0000"));
            for (int i = 0; i < 6; i++) {
                batch.addFloat(0, ms, value(i, step));
            }
            batch.setStart(batch.addFloat(0, ms, step), ms - 7);
            batch.addHistogram(0, ms, histogram(step));
            batch.addFloat(0, step % 10 == 9 ? ms - 150_001 : ms, step);
            if (step % 100 == 0) {
                batch.addExemplar(0, new Exemplar(Labels.of("trace_id", "t" + step), step, ms));
            }
            assertThat(store.append(batch, OnReject.KEEP_REST).rejected()).isEmpty();
        }
    }

    private static void write(Path folder) {
        try (var store = TimeSeriesStore.open(options(folder), InstantSource.system())) {
            fill(store, 0, 700);
            store.flush();
            store.delete(List.of(List.of(Matcher.equal("i", "0"))), new TimeRange(T, T + 99 * 15_000L + 3));
            fill(store, 700, 1000);
            store.checkpoint();
            fill(store, 1000, 1100);
            try {
                FaultyDisk.copy(folder, Path.of(folder + ".killed"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static void verify(TimeSeriesStore store) {
        assertThat(store.figures().logCorruptions()).isZero();
        assertThat(store.partitions().corrupt()).isZero();
        assertThat(store.partitions().describe()).isNotEmpty();
        var counts = new TreeMap<String, Integer>();
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                Labels labels = set.labels(i);
                var buffer = new SampleBuffer();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                counts.put(labels.toString(), buffer.floats() + buffer.histogramCount());
                for (int k = 0; k < buffer.floats(); k++) {
                    if (labels.metricName().equals("late")) {
                        continue;
                    }
                    int step = (int) ((buffer.times()[k] - T) / 15_000);
                    assertThat(buffer.times()[k]).isEqualTo(T + step * 15_000L + step % 3);
                    double expected =
                            labels.metricName().equals("m") ? value(Integer.parseInt(labels.get("i")), step) : step;
                    assertThat(Double.doubleToRawLongBits(buffer.values()[k]))
                            .as("%s step %d", labels, step)
                            .isEqualTo(Double.doubleToRawLongBits(expected));
                    if (labels.metricName().equals("started")) {
                        assertThat(buffer.starts()).isNotNull();
                        assertThat(buffer.starts()[k]).isEqualTo(buffer.times()[k] - 7);
                    }
                }
                for (int k = 0; k < buffer.histogramCount(); k++) {
                    int step = (int) ((buffer.histogramTimes()[k] - T) / 15_000);
                    assertThat(buffer.histograms()[k].count()).isEqualTo(step * 4L);
                    assertThat(buffer.histograms()[k].sum()).isEqualTo(step * 1.5);
                }
            }
        }
        assertThat(counts.values()).containsExactlyInAnyOrder(1000, 1100, 1100, 1100, 1100, 1100, 1100, 1100, 1100);
        assertThat(store.exemplars(TimeRange.ALL, List.of(List.of())))
                .singleElement()
                .satisfies(of -> {
                    assertThat(of.series().get("i")).isEqualTo("0");
                    assertThat(of.exemplars())
                            .extracting(e -> e.labels().get("trace_id"))
                            .containsExactly(
                                    "t0", "t100", "t200", "t300", "t400", "t500", "t600", "t700", "t800", "t900",
                                    "t1000");
                });
    }

    private void open(Path golden) throws IOException {
        Path folder = root.resolve("opened-" + golden.getFileName());
        FaultyDisk.copy(golden, folder);
        try (var store = TimeSeriesStore.open(options(folder), InstantSource.system())) {
            verify(store);
            store.flush();
            verify(store);
        }
        try (var store = TimeSeriesStore.open(options(folder), InstantSource.system())) {
            verify(store);
        }
    }

    @Test
    void everyReleasedFormatIsRead() throws IOException {
        Path written = root.resolve("present");
        write(written);
        open(Path.of(written + ".killed"));
        String keep = System.getProperty("golden.write", "");
        if (!keep.isEmpty()) {
            Path killed = Path.of(written + ".killed");
            Files.deleteIfExists(killed.resolve("lock"));
            FaultyDisk.copy(killed, Path.of(keep));
        }
        Path golden = Path.of("src/test/resources/golden/store");
        try (var formats = Files.list(golden)) {
            List<Path> all = formats.toList();
            assertThat(all).isNotEmpty();
            for (Path format : all) {
                open(format);
            }
        }
    }
}
