package io.pharos.standalone.cli.promtool;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;

/// A histogram in the language of tests: `{{schema:1 count:5 sum:3 buckets:[2 3]}}` (`TestExpression` of
/// Prometheus).
final class HistogramText {
    private HistogramText() {}

    static String of(FloatHistogram from) {
        FloatHistogram h = from.compact();
        var parts = new ArrayList<String>();
        if (h.schema() != 0) {
            parts.add("schema:" + h.schema());
        }
        add(parts, "count", h.count());
        add(parts, "sum", h.sum());
        add(parts, "z_bucket", h.zeroCount());
        add(parts, "z_bucket_w", h.zeroThreshold());
        if (h.usesCustomBuckets()) {
            parts.add("custom_values:" + list(h.customValues()));
        }
        switch (h.hint()) {
            case UNKNOWN -> {}
            case RESET -> parts.add("counter_reset_hint:reset");
            case NOT_RESET -> parts.add("counter_reset_hint:not_reset");
            case GAUGE -> parts.add("counter_reset_hint:gauge");
        }
        addBuckets(parts, "", h.positiveSpans(), h.positive());
        addBuckets(parts, "n_", h.negativeSpans(), h.negative());
        return "{{" + String.join(" ", parts) + "}}";
    }

    private static void add(List<String> parts, String name, double value) {
        if (value != 0) {
            parts.add(name + ":" + GoText.general(value));
        }
    }

    private static void addBuckets(List<String> parts, String prefix, BucketSpan[] spans, double[] buckets) {
        if (buckets.length == 0) {
            return;
        }
        // One list, with zeros where spans leave a gap.
        var all = new ArrayList<Double>();
        int at = 0;
        for (int i = 0; i < spans.length; i++) {
            BucketSpan span = spans[i];
            if (i == 0) {
                if (span.offset() != 0) {
                    parts.add(prefix + "offset:" + span.offset());
                }
            } else {
                for (int gap = 0; gap < span.offset(); gap++) {
                    all.add(0.0);
                }
            }
            for (int n = 0; n < span.length(); n++) {
                all.add(buckets[at++]);
            }
        }
        parts.add(prefix + "buckets:"
                + list(all.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static String list(double[] values) {
        var texts = new ArrayList<String>();
        for (double value : values) {
            texts.add(GoText.general(value));
        }
        return "[" + String.join(" ", texts) + "]";
    }
}
