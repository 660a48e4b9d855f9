package io.pharos.benchmarks;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.StoreOptions;
import io.pharos.storage.TimeSeriesStore;
import io.pharos.storage.head.HeadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Nanoseconds a sample: appended by reference, read from the head, read from a partition.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class StoreBenchmark {
    private static final long T = 1_700_000_000_000L;
    private static final int SERIES = 10_000;
    private static final int STEPS = 200;

    private final SampleBatch batch = new SampleBatch();
    private final SampleBuffer buffer = new SampleBuffer();
    private final long[] references = new long[SERIES];
    private final double[] values = new double[SERIES];
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set up by JMH
    private TimeSeriesStore store;

    private long now = T;
    private long sealedTo;

    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("store-benchmark");
        store = TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        HeadLimits.DEFAULT,
                        StoreOptions.Retention.FOREVER,
                        StoreOptions.Reserve.NONE,
                        StoreOptions.Thresholds.DEFAULT,
                        StoreOptions.Files.DEFAULT),
                InstantSource.system());
        for (int i = 0; i < STEPS; i++) {
            append();
        }
        store.flush();
        sealedTo = now;
        for (int i = 0; i < STEPS; i++) {
            append();
        }
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        store.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(SERIES)
    public int append() {
        now += 15_000;
        batch.reset(row -> Labels.of("__name__", "requests_total", "pod", "pod-" + row / 10, "code", "" + row % 10));
        for (int i = 0; i < SERIES; i++) {
            values[i] += (i * 7919L + now / 15_000 * 104_729) % 900;
            batch.addFloat(references[i], now, values[i]);
        }
        int stored = store.append(batch, OnReject.KEEP_REST).stored();
        System.arraycopy(batch.references(), 0, references, 0, SERIES);
        return stored;
    }

    private long read(TimeRange range) {
        long samples = 0;
        var selection = new Selection(
                range,
                List.of(Matcher.equal("__name__", "requests_total")),
                new SelectHints(0, "rate", 0, false, false));
        try (SeriesSet set = store.select(selection)) {
            for (int i = 0; i < set.size(); i++) {
                buffer.clear();
                set.read(i, range.firstMs(), range.lastMs(), buffer);
                samples += buffer.floats();
            }
        }
        return samples;
    }

    @Benchmark
    @OperationsPerInvocation(SERIES * STEPS)
    public long readSealed() {
        return read(new TimeRange(T, sealedTo));
    }

    @Benchmark
    @OperationsPerInvocation(SERIES * STEPS)
    public long readHead() {
        return read(new TimeRange(sealedTo + 15_000, sealedTo + STEPS * 15_000L));
    }
}
