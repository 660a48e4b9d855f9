package io.pharos.runtime.remote;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The common pieces of the private binary form. Reading fails with [CorruptChunkException].
final class PortBytes {
    static final int VERSION = 1;

    private PortBytes() {}

    static ByteWriter begin() {
        var out = new ByteWriter(1024);
        out.u8(VERSION);
        return out;
    }

    static ByteReader open(byte[] request) {
        var in = new ByteReader(request);
        int version = in.u8();
        if (version != VERSION) {
            throw new CorruptChunkException("version " + version + " of the port's form; this node speaks " + VERSION
                    + ": upgrade the storage nodes first, then the others");
        }
        return in;
    }

    static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.uvarint(bytes.length);
        out.raw(bytes);
    }

    static String text(ByteReader in) {
        return new String(in.raw(length(in)), StandardCharsets.UTF_8);
    }

    static int length(ByteReader in) {
        return in.size(in.remaining());
    }

    static void texts(ByteWriter out, List<String> texts) {
        out.uvarint(texts.size());
        texts.forEach(text -> text(out, text));
    }

    static List<String> texts(ByteReader in) {
        int n = length(in);
        var texts = new ArrayList<String>(n);
        for (int i = 0; i < n; i++) {
            texts.add(text(in));
        }
        return texts;
    }

    static void labels(ByteWriter out, Labels labels) {
        out.uvarint(labels.encoded().length);
        out.raw(labels.encoded());
    }

    static Labels labels(ByteReader in) {
        return Labels.ofEncoded(in.raw(length(in)));
    }

    static void range(ByteWriter out, TimeRange range) {
        out.u64(range.firstMs());
        out.u64(range.lastMs());
    }

    static TimeRange range(ByteReader in) {
        long first = in.u64();
        long last = in.u64();
        if (last < first) {
            throw new CorruptChunkException("a range that ends before it starts");
        }
        return new TimeRange(first, last);
    }

    static void matchers(ByteWriter out, List<Matcher> matchers) {
        out.uvarint(matchers.size());
        for (Matcher matcher : matchers) {
            out.u8(matcher.type().ordinal());
            text(out, matcher.name());
            text(out, matcher.value());
        }
    }

    static List<Matcher> matchers(ByteReader in) {
        int n = length(in);
        var matchers = new ArrayList<Matcher>(n);
        for (int i = 0; i < n; i++) {
            matchers.add(new Matcher(constant(Matcher.Type.values(), in), text(in), text(in)));
        }
        return matchers;
    }

    static void matcherSets(ByteWriter out, List<List<Matcher>> sets) {
        out.uvarint(sets.size());
        sets.forEach(set -> matchers(out, set));
    }

    static List<List<Matcher>> matcherSets(ByteReader in) {
        int n = length(in);
        var sets = new ArrayList<List<Matcher>>(n);
        for (int i = 0; i < n; i++) {
            sets.add(matchers(in));
        }
        return sets;
    }

    static <E extends Enum<E>> E constant(E[] all, ByteReader in) {
        int ordinal = in.u8();
        if (ordinal >= all.length) {
            throw new CorruptChunkException("constant " + ordinal + " of " + all.length);
        }
        return all[ordinal];
    }

    static void real(ByteWriter out, double value) {
        out.u64(Double.doubleToRawLongBits(value));
    }

    static double real(ByteReader in) {
        return Double.longBitsToDouble(in.u64());
    }

    static void exemplar(ByteWriter out, Exemplar exemplar) {
        labels(out, exemplar.labels());
        real(out, exemplar.value());
        out.varint(exemplar.atMs());
    }

    static Exemplar exemplar(ByteReader in) {
        return new Exemplar(labels(in), real(in), in.varint());
    }

    static void histogram(ByteWriter out, NativeHistogram histogram) {
        switch (histogram) {
            case Histogram h -> {
                out.u8(0);
                head(out, h.hint(), h.schema(), h.zeroThreshold(), h.sum());
                out.uvarint(h.zeroCount());
                out.uvarint(h.count());
                spans(out, h.positiveSpans());
                deltas(out, h.positiveDeltas());
                spans(out, h.negativeSpans());
                deltas(out, h.negativeDeltas());
                reals(out, h.customValues());
            }
            case FloatHistogram h -> {
                out.u8(1);
                head(out, h.hint(), h.schema(), h.zeroThreshold(), h.sum());
                real(out, h.zeroCount());
                real(out, h.count());
                spans(out, h.positiveSpans());
                reals(out, h.positive());
                spans(out, h.negativeSpans());
                reals(out, h.negative());
                reals(out, h.customValues());
            }
        }
    }

    private static void head(ByteWriter out, CounterResetHint hint, int schema, double threshold, double sum) {
        out.u8(hint.ordinal());
        out.varint(schema);
        real(out, threshold);
        real(out, sum);
    }

    static NativeHistogram histogram(ByteReader in) {
        boolean isFloat = in.u8() == 1;
        CounterResetHint hint = constant(CounterResetHint.values(), in);
        int schema = (int) in.varint();
        double threshold = real(in);
        double sum = real(in);
        if (isFloat) {
            double zero = real(in);
            double count = real(in);
            return new FloatHistogram(
                    hint, schema, threshold, zero, count, sum, spans(in), reals(in), spans(in), reals(in), reals(in));
        }
        long zero = in.uvarint();
        long count = in.uvarint();
        return new Histogram(
                hint, schema, threshold, zero, count, sum, spans(in), deltas(in), spans(in), deltas(in), reals(in));
    }

    private static void spans(ByteWriter out, BucketSpan[] spans) {
        out.uvarint(spans.length);
        for (BucketSpan span : spans) {
            out.varint(span.offset());
            out.uvarint(span.length());
        }
    }

    private static BucketSpan[] spans(ByteReader in) {
        var spans = new BucketSpan[length(in)];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = new BucketSpan((int) in.varint(), (int) in.uvarint());
        }
        return spans;
    }

    private static void deltas(ByteWriter out, long[] values) {
        out.uvarint(values.length);
        for (long value : values) {
            out.varint(value);
        }
    }

    private static long[] deltas(ByteReader in) {
        var values = new long[length(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.varint();
        }
        return values;
    }

    private static void reals(ByteWriter out, double[] values) {
        out.uvarint(values.length);
        for (double value : values) {
            real(out, value);
        }
    }

    private static double[] reals(ByteReader in) {
        var values = new double[length(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(in);
        }
        return values;
    }

    /// Writes the samples from `(firstFloat, firstHistogram)` to the end.
    static void samples(ByteWriter out, SampleBuffer samples) {
        int floats = samples.floats();
        out.uvarint(floats);
        times(out, samples.times(), floats);
        long before = 0;
        for (int i = 0; i < floats; i++) {
            long bits = Double.doubleToRawLongBits(samples.values()[i]);
            // Close values differ in low bits of round numbers' high end: reversed they make short varints.
            out.uvarint(Long.reverse(bits ^ before));
            before = bits;
        }
        starts(out, samples.starts(), floats);
        int histograms = samples.histogramCount();
        out.uvarint(histograms);
        times(out, samples.histogramTimes(), histograms);
        for (int i = 0; i < histograms; i++) {
            histogram(out, samples.histograms()[i]);
        }
        starts(out, samples.histogramStarts(), histograms);
    }

    private static void times(ByteWriter out, long[] times, int count) {
        long before = 0;
        for (int i = 0; i < count; i++) {
            out.varint(times[i] - before);
            before = times[i];
        }
    }

    private static void starts(ByteWriter out, long @org.jspecify.annotations.Nullable [] starts, int count) {
        out.u8(starts == null ? 0 : 1);
        if (starts != null) {
            for (int i = 0; i < count; i++) {
                out.varint(starts[i]);
            }
        }
    }

    static void samples(ByteReader in, SampleBuffer into) {
        int floats = length(in);
        var times = times(in, floats);
        var values = new double[floats];
        long before = 0;
        for (int i = 0; i < floats; i++) {
            before ^= Long.reverse(in.uvarint());
            values[i] = Double.longBitsToDouble(before);
        }
        boolean started = in.u8() == 1;
        for (int i = 0; i < floats; i++) {
            into.addFloat(times[i], values[i], started ? in.varint() : 0);
        }
        int histograms = length(in);
        long[] histogramTimes = times(in, histograms);
        var read = new FloatHistogram[histograms];
        for (int i = 0; i < histograms; i++) {
            read[i] = histogram(in).toFloat();
        }
        boolean histogramsStarted = in.u8() == 1;
        for (int i = 0; i < histograms; i++) {
            into.addHistogram(histogramTimes[i], read[i], histogramsStarted ? in.varint() : 0);
        }
    }

    private static long[] times(ByteReader in, int count) {
        var times = new long[count];
        long before = 0;
        for (int i = 0; i < count; i++) {
            before += in.varint();
            times[i] = before;
        }
        return times;
    }
}
