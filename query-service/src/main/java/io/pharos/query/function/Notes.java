package io.pharos.query.function;

import io.pharos.model.promql.Span;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The warnings and infos of one query (`util/annotations` of Prometheus 3.14). Equal texts are one; the
/// position of the last one counts. Thread-safe.
public final class Notes {
    private final Map<String, Note> notes = new LinkedHashMap<>();

    /// A note; the numbers count only for a forced monotonicity and for overlapping start times.
    private static final class Note {
        private final boolean warning;
        private final boolean monotonicity;
        private Span span;
        private long count = 1;
        private long firstMs;
        private long lastMs;
        private double lowest;
        private double highest;
        private double most;

        private Note(boolean warning, boolean monotonicity, Span span) {
            this.warning = warning;
            this.monotonicity = monotonicity;
            this.span = span;
        }
    }

    private synchronized Note add(String text, boolean warning, Span span) {
        Note note = notes.get(text);
        if (note == null) {
            note = new Note(warning, false, span);
            notes.put(text, note);
        } else {
            note.span = span;
        }
        return note;
    }

    public void warn(String text, Span span) {
        add("PromQL warning: " + text, true, span);
    }

    public void info(String text, Span span) {
        add("PromQL info: " + text, false, span);
    }

    public void mixedFloatsHistograms(String metric, Span span) {
        warn("encountered a mix of histograms and floats for metric name " + GoText.quote(metric), span);
    }

    public void mixedInAggregation(Span span) {
        warn("encountered a mix of histograms and floats for aggregation", span);
    }

    public void mixedBuckets(String metric, Span span) {
        warn(
                "vector contains a mix of histograms with exponential and custom buckets schemas for metric name "
                        + GoText.quote(metric),
                span);
    }

    public void notACounterHistogram(String metric, Span span) {
        warn("this native histogram metric is not a counter: " + GoText.quote(metric), span);
    }

    public void notAGaugeHistogram(String metric, Span span) {
        warn("this native histogram metric is not a gauge: " + GoText.quote(metric), span);
    }

    public void ignoredInMixedRange(String metric, Span span) {
        info(
                "ignored histograms in a range containing both floats and histograms for metric name "
                        + GoText.quote(metric),
                span);
    }

    public void ignoredInAggregation(String aggregation, Span span) {
        info("ignored histogram in " + aggregation + " aggregation", span);
    }

    /// @param operation `addition`, `subtraction` or `aggregation`
    public void reconciledBounds(String operation, Span span) {
        info("mismatched custom buckets were reconciled during " + operation, span);
    }

    /// @param operation `addition`, `subtraction` or `aggregation`
    public void resetCollision(String operation, Span span) {
        warn("conflicting counter resets during histogram " + operation, span);
    }

    public void invalidQuantile(double q, Span span) {
        warn("quantile value should be between 0 and 1, got " + GoText.general(q), span);
    }

    public void invalidRatio(double ratio, double to, Span span) {
        warn(
                "ratio value should be between -1 and 1, got " + GoText.general(ratio) + ", capping to "
                        + GoText.general(to),
                span);
    }

    public void badBucketLabel(@Nullable String metric, String value, Span span) {
        warn("bucket label \"le\" is missing or has a malformed value of " + GoText.quote(value) + named(metric), span);
    }

    public void mixedClassicNative(@Nullable String metric, Span span) {
        warn("vector contains a mix of classic and native histograms" + named(metric), span);
    }

    public void nanObservations(String text, @Nullable String metric, Span span) {
        info(text + named(metric), span);
    }

    private static String named(@Nullable String metric) {
        return metric == null || metric.isEmpty() ? "" : " for metric name " + GoText.quote(metric);
    }

    public void maybeNoCounter(String metric, Span span) {
        info(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                        + GoText.quote(metric),
                span);
    }

    public void maybeNoCounterByType(String metric, String type, Span span) {
        info(
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got "
                        + GoText.quote(type) + ": " + GoText.quote(metric),
                span);
    }

    public void incompatibleTypes(String operator, String left, String right, Span span) {
        info(
                "incompatible sample types encountered for binary operator " + GoText.quote(operator) + ": " + left
                        + " " + operator + " " + right,
                span);
    }

    public void incompatibleBuckets(String operator, Span span) {
        warn("incompatible bucket layout encountered for binary operator " + operator, span);
    }

    /// A sample whose start time lies before the sample before it.
    public synchronized void startTimeOverlap(String metric, Span span) {
        String text = "PromQL warning: sample has start time that overlaps with previous sample timestamp for metric "
                + GoText.quote(metric);
        boolean known = notes.containsKey(text);
        Note note = add(text, true, span);
        if (known) {
            note.count++;
        }
    }

    /// Bucket counts that had to be raised so that they do not fall from bucket to bucket.
    public synchronized void forcedMonotonicity(
            @Nullable String metric, Span span, long atMs, double lowest, double highest, double most) {
        String text = "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see "
                + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + named(metric);
        Note note = notes.get(text);
        if (note == null) {
            note = new Note(false, true, span);
            note.firstMs = atMs;
            note.lastMs = atMs;
            note.lowest = lowest;
            note.highest = highest;
            note.most = most;
            notes.put(text, note);
            return;
        }
        note.count++;
        note.firstMs = Math.min(note.firstMs, atMs);
        note.lastMs = Math.max(note.lastMs, atMs);
        note.lowest = Math.min(note.lowest, lowest);
        note.highest = Math.max(note.highest, highest);
        note.most = Math.max(note.most, most);
    }

    /// The warnings, with positions within `query`.
    public List<String> warnings(String query) {
        return texts(true, query);
    }

    /// The infos, with positions within `query`.
    public List<String> infos(String query) {
        return texts(false, query);
    }

    private synchronized List<String> texts(boolean warnings, String query) {
        var texts = new ArrayList<String>();
        notes.forEach((text, note) -> {
            if (note.warning == warnings) {
                texts.add(text + details(text, note) + " (" + position(query, note.span.start()) + ")");
            }
        });
        return texts;
    }

    private static String details(String text, Note note) {
        if (note.monotonicity) {
            return ", from buckets " + GoText.general(note.lowest) + " to " + GoText.general(note.highest)
                    + ", with a max diff of " + twoDigits(note.most) + ", over " + note.count + " samples from "
                    + seconds(note.firstMs) + " to " + seconds(note.lastMs);
        }
        boolean overlap = text.startsWith("PromQL warning: sample has start time");
        return overlap && note.count > 1 ? " (" + note.count + " occurrences)" : "";
    }

    private static String seconds(long ms) {
        return GoText.rfc3339(Instant.ofEpochSecond(ms / 1000));
    }

    /// Go's `%.2g`.
    static String twoDigits(double v) {
        if (v == 0 || Double.isNaN(v) || Double.isInfinite(v)) {
            return GoText.general(v);
        }
        var rounded = new java.math.BigDecimal(v).round(new java.math.MathContext(2, java.math.RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= 2) {
            return GoText.scientific(rounded.doubleValue());
        }
        return rounded.stripTrailingZeros().toPlainString();
    }

    /// `line:column` of a byte offset, both from 1.
    public static String position(String query, int offset) {
        byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < Math.min(offset, bytes.length); i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return line + ":" + (offset - lineStart + 1);
    }
}
