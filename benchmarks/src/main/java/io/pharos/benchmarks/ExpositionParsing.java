package io.pharos.benchmarks;

import io.pharos.model.exposition.ExposedLabels;
import io.pharos.model.exposition.ExpositionParser;
import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.exposition.ExpositionParser.Format;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// One page of 1000 series of some 120 bytes, a quarter of them with 17 digits; per sample.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ExpositionParsing.SERIES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m"})
public class ExpositionParsing {
    static final int SERIES = 1000;

    @Param({"TEXT", "OPENMETRICS"})
    public Format format = Format.TEXT;

    private byte[] body = {};
    private int length;
    private final List<byte[]> keys = new ArrayList<>();
    private ExpositionParser parser = ExpositionParser.of(format, ExpositionParser.Options.PLAIN);
    private final ExposedLabels labels = new ExposedLabels();

    @Setup
    public void setup() {
        var random = new Random(1);
        var text = new StringBuilder();
        for (int i = 0; i < SERIES; i++) {
            if (i % 20 == 0) {
                text.append("# HELP http_requests_").append(i / 20).append("_total Requests served so far.\n");
                text.append("# TYPE http_requests_").append(i / 20).append("_total ");
                text.append(format == Format.TEXT ? "counter\n" : "unknown\n");
            }
            text.append("http_requests_").append(i / 20).append("_total{code=\"200\",handler=\"/api/v1/query_range\",");
            text.append("method=\"GET\",pod=\"frontend-7d9c5b8f6d-").append(i).append("\",zone=\"eu-west-1a\"} ");
            text.append(
                    i % 4 == 0 ? Double.toString(random.nextDouble()) : Integer.toString(random.nextInt(1_000_000)));
            text.append('\n');
        }
        if (format == Format.OPENMETRICS) {
            text.append("# EOF\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        body = Arrays.copyOf(bytes, bytes.length + 1);
        length = bytes.length;
        parser = ExpositionParser.of(format, ExpositionParser.Options.PLAIN);
        parser.reset(body, length);
        Entry entry;
        while ((entry = parser.next()) != Entry.END) {
            if (entry == Entry.SERIES) {
                keys.add(Arrays.copyOfRange(parser.keyBytes(), parser.keyStart(), parser.keyEnd()));
            }
        }
    }

    /// Every key is the one expected, as in a target that is scraped again and again.
    @Benchmark
    public void expected(Blackhole sink) {
        parser.reset(body, length);
        int n = 0;
        while (true) {
            byte[] key = keys.get(Math.min(n, SERIES - 1));
            Entry entry = parser.next(key, 0, key.length);
            if (entry == Entry.END) {
                return;
            }
            if (entry == Entry.SERIES) {
                sink.consume(parser.value());
                n++;
            }
        }
    }

    /// Every series is split into its parts, none becomes labels.
    @Benchmark
    public void unexpected(Blackhole sink) {
        parser.reset(body, length);
        Entry entry;
        while ((entry = parser.next()) != Entry.END) {
            if (entry == Entry.SERIES) {
                sink.consume(parser.value());
            }
        }
    }

    /// Every series becomes labels, as in the first scrape of a target.
    @Benchmark
    public void first(Blackhole sink) {
        parser.reset(body, length);
        Entry entry;
        while ((entry = parser.next()) != Entry.END) {
            if (entry == Entry.SERIES) {
                parser.labels(labels);
                sink.consume(labels.toLabels());
            }
        }
    }
}
