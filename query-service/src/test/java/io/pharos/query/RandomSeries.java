package io.pharos.query;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.StaleMarker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Two hours of random samples every 15 s: counters with resets, gauges with odd values, classic histograms,
/// native ones (integer, float, custom bounds), a series that is now the one and now the other; gaps and
/// staleness markers.
///
/// What releases before 3.14 do otherwise is kept out: counts of native counters are never near zero, and custom bounds
/// of one metric are equal.
final class RandomSeries {
    static final long BASE = 1_700_000_000_000L;
    static final int SAMPLES = 480;
    private static final int STEP_MS = 15_000;
    private static final int PER_WRITE = 60;
    private static final List<String> BOUNDS = List.of("+Inf", "0.1", "0.5", "1.0", "5.0");
    private static final BucketSpan[] NO_SPANS = {};

    /// A series: at each step a float, a histogram, or nothing.
    private record Series(
            Labels labels,
            long[] times,
            double[] values,
            @Nullable NativeHistogram[] histograms) {}

    private final Random random;
    private final List<Series> all = new ArrayList<>();

    RandomSeries(Random random) {
        this.random = random;
        // In label order, which is then the order of creation, too.
        for (String metric : List.of(
                "custom_seconds",
                "latency_bucket",
                "mixed",
                "queue_shape",
                "requests_total",
                "rpc_seconds",
                "steady_total",
                "target_info",
                "temperature")) {
            boolean histograms = !metric.endsWith("total") && !metric.startsWith("t") && !metric.startsWith("l");
            for (int n = 0; n < (histograms ? 4 : 6); n++) {
                switch (metric) {
                    case "latency_bucket" -> {
                        for (int b = 0; b < BOUNDS.size(); b++) {
                            int more = b == 0 ? BOUNDS.size() : b;
                            add(metric, n, BOUNDS.get(b), value -> value + random.nextInt(5 + 3 * more));
                        }
                    }
                    case "requests_total", "steady_total" -> add(metric, n, "", this::counter);
                    case "target_info" -> add(metric, n, "", _ -> 1);
                    case "temperature" -> add(metric, n, "", _ -> gauge());
                    default -> add(metric, n, "", null);
                }
            }
        }
    }

    private interface Next {
        double after(double value);
    }

    private double counter(double value) {
        return random.nextInt(150) == 0 ? 0 : value + random.nextInt(6);
    }

    private double gauge() {
        return switch (random.nextInt(80)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> -0.0;
            default -> Math.round(random.nextGaussian() * 1000) / 10.0;
        };
    }

    private void add(String metric, int n, String le, @Nullable Next next) {
        var labels = new ArrayList<>(List.of("__name__", metric, "job", "j" + n % 2, "instance", "i" + n / 2));
        if (!le.isEmpty()) {
            labels.addAll(List.of("le", le));
        }
        if (metric.equals("target_info")) {
            labels.addAll(List.of("version", "v" + n % 3));
        }
        var times = new long[SAMPLES];
        var values = new double[SAMPLES];
        var histograms = new NativeHistogram[SAMPLES];
        var growing = new Growing(metric, n);
        boolean gap = false;
        double value = 0;
        int kept = 0;
        for (int i = 0; i < SAMPLES; i++) {
            boolean begins = false;
            boolean steady = metric.equals("target_info") || metric.equals("steady_total") || i == 0;
            if (random.nextInt(gap ? 20 : 90) == 0 && !steady) {
                gap = !gap;
                begins = gap;
            }
            // Releases before 3.14 lose samples where one request brings both kinds.
            boolean histogram = next == null && !(metric.equals("mixed") && i / PER_WRITE % 2 == 0);
            NativeHistogram of = histogram ? growing.next() : null;
            value = next == null ? i : next.after(value);
            boolean ends = begins && !metric.equals("mixed") && random.nextBoolean();
            if (gap && !ends) {
                continue;
            }
            times[kept] = BASE + (long) i * STEP_MS + (metric.hashCode() & 0x3ff);
            values[kept] = begins ? StaleMarker.VALUE : value;
            histograms[kept++] =
                    begins && of != null ? of instanceof Histogram ? Histogram.stale() : FloatHistogram.stale() : of;
        }
        all.add(new Series(
                Labels.of(labels.toArray(String[]::new)), java.util.Arrays.copyOf(times, kept), values, histograms));
    }

    /// The native histograms of a series.
    private final class Growing {
        private final String metric;
        private final long[] counts = new long[5];
        private int schema;

        private Growing(String metric, int n) {
            this.metric = metric;
            schema = n % 3;
            reset();
        }

        private void reset() {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = 4000 + random.nextInt(50);
            }
        }

        private NativeHistogram next() {
            boolean gauge = metric.equals("queue_shape");
            if (!gauge && random.nextInt(150) == 0) {
                reset();
                schema = random.nextInt(4) - 1;
            }
            long count = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = gauge ? random.nextInt(4) * 3 : counts[i] + random.nextInt(6);
                count += counts[i];
            }
            if (metric.equals("custom_seconds")) {
                count -= counts[4];
                return new Histogram(
                        CounterResetHint.UNKNOWN,
                        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
                        0,
                        0,
                        count,
                        count * 0.75,
                        new BucketSpan[] {new BucketSpan(0, 4)},
                        deltas(counts[0], counts[1], counts[2], counts[3]),
                        NO_SPANS,
                        new long[0],
                        new double[] {0.1, 0.5, 2});
            }
            BucketSpan[] positive = {new BucketSpan(-1, 2), new BucketSpan(2, 1)};
            BucketSpan[] negative = {new BucketSpan(1, 1)};
            if (gauge) {
                return new FloatHistogram(
                        CounterResetHint.GAUGE,
                        1,
                        0.001,
                        counts[4] * 0.5,
                        counts[4] * 0.5 + counts[0] + counts[1] + counts[2] + counts[3],
                        30.5 - counts[3],
                        positive,
                        new double[] {counts[0], counts[1], counts[2]},
                        negative,
                        new double[] {counts[3]},
                        new double[0]);
            }
            return new Histogram(
                    CounterResetHint.UNKNOWN,
                    schema,
                    0.001,
                    counts[4],
                    count,
                    counts[2] * 3.5 - counts[3],
                    positive,
                    deltas(counts[0], counts[1], counts[2]),
                    negative,
                    deltas(counts[3]),
                    new double[0]);
        }

        private long[] deltas(long... absolute) {
            long[] deltas = absolute.clone();
            for (int i = deltas.length - 1; i > 0; i--) {
                deltas[i] -= deltas[i - 1];
            }
            return deltas;
        }
    }

    void into(SampleSink sink) {
        var batch = new SampleBatch();
        for (Series series : all) {
            batch.reset(_ -> series.labels());
            for (int i = 0; i < series.times().length; i++) {
                NativeHistogram histogram = series.histograms()[i];
                if (histogram == null) {
                    batch.addFloat(0, series.times()[i], series.values()[i]);
                } else {
                    batch.addHistogram(0, series.times()[i], histogram);
                }
            }
            sink.append(batch, SampleSink.OnReject.KEEP_REST);
        }
    }

    /// Remote writes (version 1, in snappy's block format) that bring the same, a quarter of an hour each.
    List<byte[]> writes() {
        var writes = new ArrayList<byte[]>();
        int slice = PER_WRITE * STEP_MS;
        for (long from = BASE; from <= BASE + (long) SAMPLES * STEP_MS; from += slice) {
            var request = new ByteWriter(1 << 16);
            for (Series series : all) {
                var message = new ByteWriter(1 << 12);
                boolean any = false;
                for (Label label : series.labels()) {
                    var of = new ByteWriter(64);
                    nested(of, 1, label.name().getBytes(StandardCharsets.UTF_8));
                    nested(of, 2, label.value().getBytes(StandardCharsets.UTF_8));
                    nested(message, 1, of.toBytes());
                }
                for (int i = 0; i < series.times().length; i++) {
                    long at = series.times()[i];
                    if (at < from || at >= from + slice) {
                        continue;
                    }
                    any = true;
                    NativeHistogram histogram = series.histograms()[i];
                    if (histogram == null) {
                        var sample = new ByteWriter(32);
                        fixed(sample, 1, series.values()[i]);
                        number(sample, 2, at);
                        nested(message, 2, sample.toBytes());
                    } else {
                        nested(message, 4, histogram(histogram, at));
                    }
                }
                if (any) {
                    nested(request, 1, message.toBytes());
                }
            }
            if (request.size() > 0) {
                writes.add(literal(request.toBytes()));
            }
        }
        return writes;
    }

    private static byte[] histogram(NativeHistogram histogram, long at) {
        var out = new ByteWriter(256);
        switch (histogram) {
            case Histogram h -> {
                number(out, 1, h.count());
                fixed(out, 3, h.sum());
                signed(out, 4, h.schema());
                fixed(out, 5, h.zeroThreshold());
                number(out, 6, h.zeroCount());
                buckets(out, 8, h.negativeSpans(), 9, h.negativeDeltas());
                buckets(out, 11, h.positiveSpans(), 12, h.positiveDeltas());
                doubles(out, 16, h.customValues());
            }
            case FloatHistogram h -> {
                fixed(out, 2, h.count());
                fixed(out, 3, h.sum());
                signed(out, 4, h.schema());
                fixed(out, 5, h.zeroThreshold());
                fixed(out, 7, h.zeroCount());
                buckets(out, 8, h.negativeSpans(), 0, new long[0]);
                doubles(out, 10, h.negative());
                buckets(out, 11, h.positiveSpans(), 0, new long[0]);
                doubles(out, 13, h.positive());
                number(out, 14, h.hint() == CounterResetHint.GAUGE ? 3 : 0);
            }
        }
        number(out, 15, at);
        return out.toBytes();
    }

    private static void buckets(ByteWriter out, int spanField, BucketSpan[] spans, int field, long[] deltas) {
        for (BucketSpan span : spans) {
            var of = new ByteWriter(16);
            signed(of, 1, span.offset());
            number(of, 2, span.length());
            nested(out, spanField, of.toBytes());
        }
        if (deltas.length > 0) {
            var packed = new ByteWriter(64);
            for (long delta : deltas) {
                packed.varint(delta);
            }
            nested(out, field, packed.toBytes());
        }
    }

    private static void doubles(ByteWriter out, int field, double[] values) {
        if (values.length > 0) {
            var packed = new ByteWriter(64);
            for (double value : values) {
                packed.u64(Long.reverseBytes(Double.doubleToRawLongBits(value)));
            }
            nested(out, field, packed.toBytes());
        }
    }

    private static void number(ByteWriter out, int field, long value) {
        out.uvarint((long) field << 3);
        out.uvarint(value);
    }

    private static void signed(ByteWriter out, int field, long value) {
        out.uvarint((long) field << 3);
        out.varint(value);
    }

    private static void fixed(ByteWriter out, int field, double value) {
        out.uvarint((long) field << 3 | 1);
        out.u64(Long.reverseBytes(Double.doubleToRawLongBits(value)));
    }

    private static void nested(ByteWriter out, int field, byte[] bytes) {
        out.uvarint((long) field << 3 | 2);
        out.uvarint(bytes.length);
        out.raw(bytes);
    }

    /// A block of snappy that holds the bytes as they are.
    private static byte[] literal(byte[] bytes) {
        var out = new ByteWriter(bytes.length + 64);
        out.uvarint(bytes.length);
        for (int at = 0; at < bytes.length; at += 1 << 16) {
            int n = Math.min(1 << 16, bytes.length - at);
            out.u8(61 << 2);
            out.u8(n - 1 & 0xff);
            out.u8(n - 1 >>> 8);
            out.raw(bytes, at, n);
        }
        return out.toBytes();
    }
}
