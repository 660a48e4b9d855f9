package io.pharos.storage.ingest;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.ArrayList;
import java.util.TreeMap;

/// Brings histograms of the reserved schemas 9 to 52 down to 8, the finest that is stored: every bucket goes into the
/// coarser one that contains it.
final class CoarseSchema {
    private static final int FINEST = 8;
    private static final int FINEST_RESERVED = 52;

    private CoarseSchema() {}

    static NativeHistogram reduce(NativeHistogram histogram) {
        int schema = histogram.schema();
        if (schema <= FINEST || schema > FINEST_RESERVED || histogram.isStale()) {
            return histogram;
        }
        return switch (histogram) {
            case Histogram h -> {
                var positive = new TreeMap<Integer, Long>();
                var negative = new TreeMap<Integer, Long>();
                integers(h.positiveSpans(), h.positiveDeltas(), schema, positive);
                integers(h.negativeSpans(), h.negativeDeltas(), schema, negative);
                yield new Histogram(
                        h.hint(),
                        FINEST,
                        h.zeroThreshold(),
                        h.zeroCount(),
                        h.count(),
                        h.sum(),
                        spans(positive),
                        deltas(positive),
                        spans(negative),
                        deltas(negative),
                        h.customValues());
            }
            case FloatHistogram h -> {
                var positive = new TreeMap<Integer, Double>();
                var negative = new TreeMap<Integer, Double>();
                floats(h.positiveSpans(), h.positive(), schema, positive);
                floats(h.negativeSpans(), h.negative(), schema, negative);
                yield new FloatHistogram(
                        h.hint(),
                        FINEST,
                        h.zeroThreshold(),
                        h.zeroCount(),
                        h.count(),
                        h.sum(),
                        spans(positive),
                        positive.values().stream().mapToDouble(d -> d).toArray(),
                        spans(negative),
                        negative.values().stream().mapToDouble(d -> d).toArray(),
                        h.customValues());
            }
        };
    }

    private static int target(int index, int schema) {
        return (index - 1 >> schema - FINEST) + 1;
    }

    private static void integers(BucketSpan[] spans, long[] deltas, int schema, TreeMap<Integer, Long> into) {
        int index = 0;
        int at = 0;
        long count = 0;
        for (BucketSpan span : spans) {
            index += span.offset();
            for (int i = 0; i < span.length() && at < deltas.length; i++) {
                count += deltas[at++];
                into.merge(target(index++, schema), count, Long::sum);
            }
        }
    }

    private static void floats(BucketSpan[] spans, double[] counts, int schema, TreeMap<Integer, Double> into) {
        int index = 0;
        int at = 0;
        for (BucketSpan span : spans) {
            index += span.offset();
            for (int i = 0; i < span.length() && at < counts.length; i++) {
                into.merge(target(index++, schema), counts[at++], Double::sum);
            }
        }
    }

    private static BucketSpan[] spans(TreeMap<Integer, ?> buckets) {
        var spans = new ArrayList<BucketSpan>();
        int next = 0;
        for (int index : buckets.keySet()) {
            if (!spans.isEmpty() && index == next) {
                BucketSpan last = spans.removeLast();
                spans.add(new BucketSpan(last.offset(), last.length() + 1));
            } else {
                spans.add(new BucketSpan(index - next, 1));
            }
            next = index + 1;
        }
        return spans.toArray(BucketSpan[]::new);
    }

    private static long[] deltas(TreeMap<Integer, Long> buckets) {
        var deltas = new long[buckets.size()];
        long before = 0;
        int i = 0;
        for (long count : buckets.values()) {
            deltas[i++] = count - before;
            before = count;
        }
        return deltas;
    }
}
