package io.pharos.benchmarks;

import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLimits;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Queries of a dashboard over 24 hours of 5000 series at 15 s, one point a minute.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx3g"})
public class DashboardQueries {
    private static final long START = 1_700_000_000_000L;
    private static final long DAY = 86_400_000;

    @Param({
        "sum by (job) (rate(http_requests_total[5m]))",
        "http_requests_total",
        "max by (instance) (max_over_time(http_requests_total[1h]))",
        "avg_over_time(http_requests_total{job=\"job-1\"}[1h])",
        "sum(rate(http_requests_total{code=\"500\"}[5m])) / sum(rate(http_requests_total[5m]))",
        "topk(5, rate(http_requests_total[5m]))"
    })
    private String expression = "";

    private QueryEngine engine = new QueryEngine(
            new ChunkedSeries(0, 0, 0, 1), FeatureFlags.NONE, QueryLimits.DEFAULT, InstantSource.system());

    @Setup(Level.Trial)
    public void fill() {
        engine.close();
        var source = new ChunkedSeries(5000, (int) (DAY / 15_000), START, 15_000);
        engine = new QueryEngine(source, FeatureFlags.NONE, QueryLimits.DEFAULT, InstantSource.system());
    }

    @TearDown(Level.Trial)
    public void close() {
        engine.close();
    }

    @Benchmark
    public QueryResult day() {
        return engine.range(expression, START, START + DAY, 60_000);
    }

    @Benchmark
    public QueryResult instant() {
        return engine.instant(expression, START + DAY / 2);
    }
}
