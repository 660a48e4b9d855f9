package io.pharos.testkit;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.SeriesNotation;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes native histograms with custom buckets of the classic ones that a script loads.
final class CustomBuckets {
    /// A classic histogram at one time.
    private static final class Classic {
        private final TreeMap<Double, Double> cumulative = new TreeMap<>();
        private @Nullable Double count;
        private double sum;
    }

    private CustomBuckets() {}

    static void append(PromqlScript.Command.Load load, SampleSink sink) {
        Map<Labels, TreeMap<Long, Classic>> found = new HashMap<>();
        for (PromqlScript.LoadedSeries series : load.series()) {
            Labels labels = series.line().labels();
            String name = labels.metricName();
            for (String suffix : List.of("_bucket", "_sum", "_count")) {
                if (name.endsWith(suffix)) {
                    String base = name.substring(0, name.length() - suffix.length());
                    collect(
                            series.line(),
                            suffix,
                            load.stepMs(),
                            found.computeIfAbsent(PromqlScript.withoutLe(labels, base), _ -> new TreeMap<>()));
                    break;
                }
            }
        }
        found.forEach((labels, byTime) -> {
            var batch = new SampleBatch();
            batch.reset(_ -> labels);
            byTime.forEach((ms, classic) -> batch.addHistogram(0, ms, convert(classic)));
            sink.append(batch, SampleSink.OnReject.KEEP_REST);
        });
    }

    private static void collect(
            SeriesNotation.SeriesLine line, String suffix, long stepMs, TreeMap<Long, Classic> byTime) {
        double bound = 0;
        if (suffix.equals("_bucket")) {
            try {
                bound = GoText.parseFloat(line.labels().get("le"));
            } catch (NumberFormatException e) {
                return;
            }
        }
        for (int i = 0; i < line.items().size(); i++) {
            SeriesNotation.Item item = line.items().get(i);
            if (item.omitted() || item.histogram() != null) {
                continue;
            }
            Classic classic = byTime.computeIfAbsent(i * stepMs, _ -> new Classic());
            switch (suffix) {
                case "_bucket" -> classic.cumulative.putIfAbsent(bound, item.value());
                case "_count" -> classic.count = item.value();
                default -> classic.sum = item.value();
            }
        }
    }

    private static FloatHistogram convert(Classic classic) {
        double count = classic.count != null
                ? classic.count
                : classic.cumulative.isEmpty()
                        ? 0
                        : classic.cumulative.lastEntry().getValue();
        classic.cumulative.putIfAbsent(Double.POSITIVE_INFINITY, count);
        var bounds = new ArrayList<Double>();
        var counts = new double[classic.cumulative.size()];
        double before = 0;
        int i = 0;
        for (Map.Entry<Double, Double> bucket : classic.cumulative.entrySet()) {
            counts[i++] = bucket.getValue() - before;
            before = bucket.getValue();
            if (bucket.getKey() != Double.POSITIVE_INFINITY) {
                bounds.add(bucket.getKey());
            }
        }
        return new FloatHistogram(
                        CounterResetHint.UNKNOWN,
                        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
                        0,
                        0,
                        count,
                        classic.sum,
                        new BucketSpan[] {new BucketSpan(0, counts.length)},
                        counts,
                        new BucketSpan[0],
                        new double[0],
                        bounds.stream().mapToDouble(Double::doubleValue).toArray())
                .compact();
    }
}
