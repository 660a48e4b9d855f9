package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/*
 * A batch is one record:
 *
 *   1 | u32 new series | (uvarint id, uvarint length, labels)* | u32 rows | row* | uvarint exemplars | exemplar* | uvarint metadata | …
 *
 * A row begins with a control byte and costs 6 bytes where a scrape is written in order of ids:
 *
 *   bits 0–3 bytes of the value (its high ones; the others are zero)   4 same time as the row before
 *   5 id is one more than the row before's   6 histogram   7 has a start time
 *   [varint id − id before] [varint time − time before] [varint time − start] value bytes | histogram
 *
 * A checkpoint is a file of the same primitives, see Checkpoint.
 */
/// How batches stand in the log.
final class LogRecords {
    static final int BATCH = 1;
    static final int DELETED = 2;

    static final int SAME_TIME = 16;
    static final int NEXT_ID = 32;
    static final int HISTOGRAM = 64;
    static final int START = 128;

    private LogRecords() {}

    static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.uvarint(bytes.length);
        out.raw(bytes);
    }

    static String text(ByteReader in) {
        return new String(in.raw(in.size(in.remaining())), StandardCharsets.UTF_8);
    }

    static void labels(ByteWriter out, Labels labels) {
        out.uvarint(labels.encoded().length);
        out.raw(labels.encoded());
    }

    static Labels labels(ByteReader in) {
        return Labels.ofEncoded(in.raw(in.size(in.remaining())));
    }

    static void exemplar(ByteWriter out, Exemplar exemplar) {
        labels(out, exemplar.labels());
        out.u64(Double.doubleToRawLongBits(exemplar.value()));
        out.varint(exemplar.atMs());
    }

    static Exemplar exemplar(ByteReader in) {
        Labels labels = labels(in);
        double value = Double.longBitsToDouble(in.u64());
        return new Exemplar(labels, value, in.varint());
    }

    static void metadata(ByteWriter out, Map<String, MetricMetadata> metadata) {
        out.uvarint(metadata.size());
        metadata.forEach((name, of) -> metadata(out, name, of));
    }

    static void metadata(ByteWriter out, String metric, MetricMetadata of) {
        text(out, metric);
        text(out, of.type().text());
        text(out, of.unit());
        text(out, of.help());
    }

    static void metadata(ByteReader in, Map<String, MetricMetadata> into) {
        for (int n = in.size(in.remaining()); n > 0; n--) {
            String metric = text(in);
            MetricType type = MetricType.of(text(in));
            String unit = text(in);
            into.put(metric, new MetricMetadata(type, unit, text(in)));
        }
    }

    static void histogram(ByteWriter out, NativeHistogram histogram) {
        switch (histogram) {
            case Histogram h -> {
                out.u8(h.hint().ordinal());
                out.varint(h.schema());
                out.u64(Double.doubleToRawLongBits(h.zeroThreshold()));
                out.uvarint(h.zeroCount());
                out.uvarint(h.count());
                out.u64(Double.doubleToRawLongBits(h.sum()));
                spans(out, h.positiveSpans());
                longs(out, h.positiveDeltas());
                spans(out, h.negativeSpans());
                longs(out, h.negativeDeltas());
                doubles(out, h.customValues());
            }
            case FloatHistogram h -> {
                out.u8(h.hint().ordinal() | 4);
                out.varint(h.schema());
                out.u64(Double.doubleToRawLongBits(h.zeroThreshold()));
                out.u64(Double.doubleToRawLongBits(h.zeroCount()));
                out.u64(Double.doubleToRawLongBits(h.count()));
                out.u64(Double.doubleToRawLongBits(h.sum()));
                spans(out, h.positiveSpans());
                doubles(out, h.positive());
                spans(out, h.negativeSpans());
                doubles(out, h.negative());
                doubles(out, h.customValues());
            }
        }
    }

    static NativeHistogram histogram(ByteReader in) {
        int head = in.u8();
        CounterResetHint hint = CounterResetHint.values()[head & 3];
        int schema = (int) in.varint();
        double threshold = Double.longBitsToDouble(in.u64());
        if ((head & 4) == 0) {
            long zero = in.uvarint();
            long count = in.uvarint();
            double sum = Double.longBitsToDouble(in.u64());
            BucketSpan[] positive = spans(in);
            long[] positiveDeltas = longs(in);
            BucketSpan[] negative = spans(in);
            long[] negativeDeltas = longs(in);
            return new Histogram(
                    hint,
                    schema,
                    threshold,
                    zero,
                    count,
                    sum,
                    positive,
                    positiveDeltas,
                    negative,
                    negativeDeltas,
                    doubles(in));
        }
        double zero = Double.longBitsToDouble(in.u64());
        double count = Double.longBitsToDouble(in.u64());
        double sum = Double.longBitsToDouble(in.u64());
        BucketSpan[] positive = spans(in);
        double[] positives = doubles(in);
        BucketSpan[] negative = spans(in);
        double[] negatives = doubles(in);
        return new FloatHistogram(
                hint, schema, threshold, zero, count, sum, positive, positives, negative, negatives, doubles(in));
    }

    private static void spans(ByteWriter out, BucketSpan[] spans) {
        out.uvarint(spans.length);
        for (BucketSpan span : spans) {
            out.varint(span.offset());
            out.uvarint(span.length());
        }
    }

    private static BucketSpan[] spans(ByteReader in) {
        var spans = new ArrayList<BucketSpan>();
        for (int n = in.size(in.remaining()); n > 0; n--) {
            int offset = (int) in.varint();
            spans.add(new BucketSpan(offset, (int) in.uvarint()));
        }
        return spans.toArray(BucketSpan[]::new);
    }

    private static void longs(ByteWriter out, long[] values) {
        out.uvarint(values.length);
        for (long value : values) {
            out.varint(value);
        }
    }

    private static long[] longs(ByteReader in) {
        var values = new long[in.size(in.remaining())];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.varint();
        }
        return values;
    }

    private static void doubles(ByteWriter out, double[] values) {
        out.uvarint(values.length);
        for (double value : values) {
            out.u64(Double.doubleToRawLongBits(value));
        }
    }

    private static double[] doubles(ByteReader in) {
        var values = new double[in.size(in.remaining() / 8)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(in.u64());
        }
        return values;
    }
}
