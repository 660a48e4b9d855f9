package io.pharos.runtime.ops;

import io.pharos.model.text.GoText;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.Comparator;

/// Writes metrics in the text format 0.0.4 as Go's client does: families by name, numbers in their shortest form.
/// (The registry's own writer prints `1.0` where Go prints `1`, which scripts that read metrics stumble over.)
final class MetricsText {
    private final StringBuilder out = new StringBuilder(1 << 16);

    private MetricsText() {}

    static String write(MetricSnapshots snapshots) {
        var text = new MetricsText();
        snapshots.stream()
                .sorted(Comparator.comparing(s -> s.getMetadata().getPrometheusName()))
                .forEach(text::family);
        return text.out.toString();
    }

    private void family(MetricSnapshot snapshot) {
        String name = MetricNames.given(snapshot.getMetadata().getPrometheusName());
        switch (snapshot) {
            case CounterSnapshot counter -> {
                String total = name + "_total";
                head(total, "counter", snapshot);
                counter.getDataPoints().forEach(p -> line(total, p.getLabels(), "", "", p.getValue()));
            }
            case GaugeSnapshot gauge -> {
                head(name, "gauge", snapshot);
                gauge.getDataPoints().forEach(p -> line(name, p.getLabels(), "", "", p.getValue()));
            }
            case HistogramSnapshot histogram -> {
                head(name, "histogram", snapshot);
                histogram.getDataPoints().forEach(p -> histogram(name, p));
            }
            case SummarySnapshot summary -> {
                head(name, "summary", snapshot);
                summary.getDataPoints().forEach(p -> summary(name, p));
            }
            case InfoSnapshot info -> {
                head(name + "_info", "gauge", snapshot);
                info.getDataPoints().forEach(p -> line(name + "_info", p.getLabels(), "", "", 1));
            }
            case UnknownSnapshot unknown -> {
                head(name, "untyped", snapshot);
                unknown.getDataPoints().forEach(p -> line(name, p.getLabels(), "", "", p.getValue()));
            }
            case StateSetSnapshot states -> {
                head(name, "gauge", snapshot);
                states.getDataPoints()
                        .forEach(p -> p.forEach(
                                state -> line(name, p.getLabels(), name, state.getName(), state.isTrue() ? 1 : 0)));
            }
            default -> throw new IllegalStateException("bug: unknown kind of metric " + snapshot.getClass());
        }
    }

    private void histogram(String name, HistogramSnapshot.HistogramDataPointSnapshot point) {
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        long sum = 0;
        for (int i = 0; i < buckets.size(); i++) {
            sum += buckets.getCount(i);
            line(name + "_bucket", point.getLabels(), "le", GoText.general(buckets.getUpperBound(i)), sum);
        }
        line(name + "_sum", point.getLabels(), "", "", point.hasSum() ? point.getSum() : 0);
        line(name + "_count", point.getLabels(), "", "", point.getCount());
    }

    private void summary(String name, SummarySnapshot.SummaryDataPointSnapshot point) {
        for (Quantile quantile : point.getQuantiles()) {
            line(name, point.getLabels(), "quantile", GoText.general(quantile.getQuantile()), quantile.getValue());
        }
        line(name + "_sum", point.getLabels(), "", "", point.hasSum() ? point.getSum() : 0);
        line(name + "_count", point.getLabels(), "", "", point.hasCount() ? point.getCount() : 0);
    }

    private void head(String name, String type, MetricSnapshot snapshot) {
        String help = snapshot.getMetadata().getHelp();
        if (help != null && !help.isBlank()) {
            out.append("# HELP ").append(name).append(' ');
            out.append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
        }
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, Labels labels, String extra, String extraValue, double value) {
        out.append(name);
        if (labels.size() > 0 || !extra.isEmpty()) {
            out.append('{');
            for (int i = 0; i < labels.size(); i++) {
                label(labels.getPrometheusName(i), labels.getValue(i), i == 0);
            }
            if (!extra.isEmpty()) {
                label(extra, extraValue, labels.size() == 0);
            }
            out.append('}');
        }
        out.append(' ').append(GoText.general(value)).append('\n');
    }

    private void label(String name, String value, boolean first) {
        out.append(first ? "" : ",").append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }
}
