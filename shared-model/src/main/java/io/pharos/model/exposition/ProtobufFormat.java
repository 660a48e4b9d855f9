package io.pharos.model.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import io.pharos.model.text.GoText;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Delimited protobuf, `io.prometheus.client.MetricFamily` (`model/textparse/protobufparse.go`,
/// `prompb/io/prometheus/client/metrics.proto`).
///
/// A family gives help, type and unit, then its metrics. A metric gives one sample, or those of a summary or a classic
/// histogram one after the other: `field` −2 is the count, −1 the sum, from 0 on quantiles or buckets. A key is made
/// of the sample's name and labels, each ended by 0xFF, which UTF-8 never has.
final class ProtobufFormat extends ExpositionParser {
    private static final int COUNTER = 0;
    private static final int GAUGE = 1;
    private static final int SUMMARY = 2;
    private static final int UNTYPED = 3;
    private static final int HISTOGRAM = 4;
    private static final int GAUGE_HISTOGRAM = 5;

    private enum Step {
        FAMILY,
        HELP,
        TYPE,
        UNIT,
        METRIC,
        FIELDS
    }

    private final Options options;
    private final ProtoReader reader = new ProtoReader();
    private final ProtoReader inner = new ProtoReader();
    private final ProtoHistogram histogram = new ProtoHistogram();
    private final ExposedLabels scratch = new ExposedLabels();

    private int end;
    private int at;
    private Step step = Step.FAMILY;
    private int kind;
    private String name = "";
    private String text = "";
    private String help = "";
    private String familyUnit = "";
    private byte[] nameBytes = {};

    private int metrics;
    private int[] metricRanges = new int[64];
    private int metric;
    private int labelPairs;
    private int[] labelRanges = new int[32];

    private int field;
    private boolean nativeNow;
    private long summaryCount;
    private double summarySum;
    private int quantiles;
    private double[] quantileOf = new double[8];
    private double[] quantileValues = new double[8];
    private int exemplarFrom;
    private int exemplarTo;
    private @Nullable NativeHistogram read;
    private String magicLabel = "";
    private String suffix = "";
    private double plain;

    ProtobufFormat(Options options) {
        this.options = options;
    }

    @Override
    public void reset(byte[] body, int length) {
        bytes = body;
        end = length;
        at = 0;
        step = Step.FAMILY;
        type = MetricType.UNKNOWN;
        unit = "";
    }

    @Override
    public Entry next(byte[] guess, int from, int to) {
        Entry entry = advance();
        expected = (entry == Entry.SERIES || entry == Entry.HISTOGRAM)
                && to > from
                && Arrays.equals(key, keyStart, keyEnd, guess, from, to);
        return entry;
    }

    private Entry advance() {
        while (true) {
            switch (step) {
                case FAMILY -> {
                    if (at >= end) {
                        return Entry.END;
                    }
                    readFamily();
                    metric = 0;
                    step = metrics == 0 ? Step.FAMILY : Step.HELP;
                }
                case HELP -> {
                    text = help;
                    metadataKey('h', help);
                    step = Step.TYPE;
                    return Entry.HELP;
                }
                case TYPE -> {
                    type = typeOf();
                    unit = "";
                    metadataKey('t', type.text());
                    step = familyUnit.isEmpty() ? Step.METRIC : Step.UNIT;
                    return Entry.TYPE;
                }
                case UNIT -> {
                    text = familyUnit;
                    unit = familyUnit;
                    metadataKey('u', familyUnit);
                    step = Step.METRIC;
                    return Entry.UNIT;
                }
                case METRIC -> {
                    if (metric == metrics) {
                        step = Step.FAMILY;
                        continue;
                    }
                    readMetric(metricRanges[2 * metric], metricRanges[2 * metric + 1]);
                    metric++;
                    step = Step.FIELDS;
                    boolean histograms = kind == HISTOGRAM || kind == GAUGE_HISTOGRAM;
                    nativeNow = histograms && options.nativeHistograms() && histogram.isNative();
                    field = -2;
                    if (nativeNow) {
                        read = histogram.toNative(name, kind == GAUGE_HISTOGRAM);
                        step = options.alwaysClassic() ? Step.FIELDS : Step.METRIC;
                        sampleKey("", "");
                        return Entry.HISTOGRAM;
                    }
                }
                case FIELDS -> {
                    nativeNow = false;
                    nextField();
                    return Entry.SERIES;
                }
            }
        }
    }

    private MetricType typeOf() {
        return switch (kind) {
            case COUNTER -> MetricType.COUNTER;
            case GAUGE -> MetricType.GAUGE;
            case SUMMARY -> MetricType.SUMMARY;
            case HISTOGRAM -> MetricType.HISTOGRAM;
            case GAUGE_HISTOGRAM -> MetricType.GAUGEHISTOGRAM;
            default -> MetricType.UNKNOWN;
        };
    }

    private void readFamily() {
        long length = 0;
        int p = at;
        int shift = 0;
        while (true) {
            if (p >= end || shift > 28) {
                throw new ExpositionException("clientpb: invalid varint encountered");
            }
            int b = bytes[p++];
            length |= (long) (b & 0x7f) << shift;
            shift += 7;
            if (b >= 0) {
                break;
            }
        }
        if (length > end - p) {
            throw new ExpositionException("clientpb: insufficient length of buffer, expected at least "
                    + (p - at + length) + " bytes, got " + (end - at) + " bytes");
        }
        at = p + (int) length;
        metrics = 0;
        kind = COUNTER;
        familyUnit = "";
        help = "";
        int nameFrom = 0;
        int nameTo = 0;
        int helpFrom = 0;
        int helpTo = 0;
        reader.enter(bytes, p, at);
        while (reader.next()) {
            switch (reader.field) {
                case 1 -> {
                    nameFrom = reader.from;
                    nameTo = reader.to;
                }
                case 2 -> {
                    helpFrom = reader.from;
                    helpTo = reader.to;
                }
                case 3 -> kind = (int) reader.number;
                case 4 -> {
                    if (metricRanges.length < 2 * metrics + 2) {
                        metricRanges = Arrays.copyOf(metricRanges, metricRanges.length * 2);
                    }
                    metricRanges[2 * metrics] = reader.from;
                    metricRanges[2 * metrics + 1] = reader.to;
                    metrics++;
                }
                case 5 -> familyUnit = string(reader.from, reader.to);
                default -> {}
            }
        }
        if (metrics == 0) {
            return;
        }
        if (!Arrays.equals(nameBytes, 0, nameBytes.length, bytes, nameFrom, nameTo) || name.isEmpty()) {
            nameBytes = Arrays.copyOfRange(bytes, nameFrom, nameTo);
            name = string(nameFrom, nameTo);
        }
        if (name.isEmpty() || !Utf8.isValid(bytes, nameFrom, nameTo)) {
            throw new ExpositionException("invalid metric name: " + name);
        }
        if (!Utf8.isValid(bytes, helpFrom, helpTo)) {
            throw new ExpositionException(
                    "invalid help for metric " + GoText.quote(name) + ": " + string(helpFrom, helpTo));
        }
        help = string(helpFrom, helpTo);
        if (kind < COUNTER || kind > GAUGE_HISTOGRAM) {
            throw new ExpositionException("unknown metric type for metric " + GoText.quote(name) + ": " + kind);
        }
        checkUnit();
    }

    private void checkUnit() {
        if (familyUnit.isEmpty()) {
            return;
        }
        boolean total = kind == COUNTER && name.endsWith("_total");
        String base = total ? name.substring(0, name.length() - 6) : name;
        if (!base.endsWith("_" + familyUnit)) {
            throw new ExpositionException("unit " + GoText.quote(familyUnit) + " not a suffix of "
                    + (total ? "counter " : "metric ") + GoText.quote(name));
        }
    }

    private String string(int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    private void readMetric(int from, int to) {
        labelPairs = 0;
        hasTime = false;
        timeMs = 0;
        startMs = 0;
        plain = 0;
        exemplarFrom = 0;
        exemplarTo = 0;
        summaryCount = 0;
        summarySum = 0;
        quantiles = 0;
        histogram.clear();
        reader.enter(bytes, from, to);
        while (reader.next()) {
            switch (reader.field) {
                case 1 -> {
                    if (labelRanges.length < 4 * labelPairs + 4) {
                        labelRanges = Arrays.copyOf(labelRanges, labelRanges.length * 2);
                    }
                    readPair(reader.from, reader.to, labelRanges, 4 * labelPairs);
                    labelPairs++;
                }
                case 2 -> readNumber(kind == GAUGE);
                case 3 -> readNumber(kind == COUNTER);
                case 4 -> readSummary();
                case 5 -> readNumber(kind == UNTYPED);
                case 6 -> {
                    timeMs = reader.number;
                    hasTime = timeMs != 0;
                }
                case 7 -> histogram.read(bytes, reader.from, reader.to);
                default -> {}
            }
        }
        if (kind == HISTOGRAM || kind == GAUGE_HISTOGRAM) {
            startMs = histogram.startMs;
        }
    }

    /// Bounds of name and value of a `LabelPair` into `ranges[into…into+3]`.
    private void readPair(int from, int to, int[] ranges, int into) {
        Arrays.fill(ranges, into, into + 4, 0);
        inner.enter(bytes, from, to);
        while (inner.next()) {
            if (inner.field == 1 || inner.field == 2) {
                if (!Utf8.isValid(bytes, inner.from, inner.to)) {
                    throw new ExpositionException("invalid label for metric " + GoText.quote(name) + ": "
                            + Utf8.quote(bytes, inner.from, inner.to));
                }
                int k = into + 2 * (inner.field - 1);
                ranges[k] = inner.from;
                ranges[k + 1] = inner.to;
            }
        }
    }

    private void readNumber(boolean wanted) {
        if (!wanted) {
            return;
        }
        inner.enter(bytes, reader.from, reader.to);
        while (inner.next()) {
            switch (inner.field) {
                case 1 -> plain = inner.real();
                case 2 -> {
                    exemplarFrom = inner.from;
                    exemplarTo = inner.to;
                }
                case 3 -> startMs = time(new ProtoReader(), bytes, inner.from, inner.to);
                default -> {}
            }
        }
    }

    private void readSummary() {
        var quantile = new ProtoReader();
        inner.enter(bytes, reader.from, reader.to);
        while (inner.next()) {
            switch (inner.field) {
                case 1 -> summaryCount = inner.number;
                case 2 -> summarySum = inner.real();
                case 3 -> {
                    if (quantiles == quantileOf.length) {
                        quantileOf = Arrays.copyOf(quantileOf, quantiles * 2);
                        quantileValues = Arrays.copyOf(quantileValues, quantiles * 2);
                    }
                    quantileOf[quantiles] = 0;
                    quantileValues[quantiles] = 0;
                    quantile.enter(bytes, inner.from, inner.to);
                    while (quantile.next()) {
                        switch (quantile.field) {
                            case 1 -> quantileOf[quantiles] = quantile.real();
                            case 2 -> quantileValues[quantiles] = quantile.real();
                            default -> {}
                        }
                    }
                    quantiles++;
                }
                case 4 -> {
                    if (kind == SUMMARY) {
                        startMs = time(quantile, bytes, inner.from, inner.to);
                    }
                }
                default -> {}
            }
        }
    }

    /// A `google.protobuf.Timestamp` in milliseconds.
    static long time(ProtoReader reader, byte[] bytes, int from, int to) {
        long seconds = 0;
        long nanos = 0;
        reader.enter(bytes, from, to);
        while (reader.next()) {
            switch (reader.field) {
                case 1 -> seconds = reader.number;
                case 2 -> nanos = (int) reader.number;
                default -> {}
            }
        }
        return seconds * 1000 + nanos / 1_000_000;
    }

    /// Makes the sample of `field` the one now read, and moves on.
    private void nextField() {
        switch (kind) {
            case SUMMARY -> {
                if (field == -2) {
                    sample(ProtoHistogram.unsigned(summaryCount), "_count", "");
                } else if (field == -1) {
                    sample(summarySum, "_sum", "");
                } else {
                    sample(quantileValues[field], "", GoText.openMetrics(quantileOf[field]));
                }
                field++;
                step = field < quantiles || field < 0 ? Step.FIELDS : Step.METRIC;
            }
            case HISTOGRAM, GAUGE_HISTOGRAM -> {
                boolean last = false;
                if (field == -2) {
                    sample(histogram.total(), "_count", "");
                } else if (field == -1) {
                    sample(histogram.sum, "_sum", "");
                } else if (field < histogram.buckets) {
                    double bound = histogram.bounds[field];
                    last = bound == Double.POSITIVE_INFINITY;
                    sample(histogram.cumulative[field], "_bucket", GoText.openMetrics(bound));
                } else {
                    last = true;
                    sample(histogram.total(), "_bucket", "+Inf");
                }
                field++;
                step = last ? Step.METRIC : Step.FIELDS;
            }
            default -> {
                sample(plain, "", "");
                step = Step.METRIC;
            }
        }
    }

    private void sample(double v, String nameSuffix, String label) {
        value = v;
        sampleKey(nameSuffix, label);
    }

    private void sampleKey(String nameSuffix, String label) {
        suffix = nameSuffix;
        magicLabel = label;
        int length = nameBytes.length + nameSuffix.length() + label.length() + 16;
        for (int i = 0; i < labelPairs; i++) {
            length += 2 + labelRanges[4 * i + 1] - labelRanges[4 * i] + labelRanges[4 * i + 3] - labelRanges[4 * i + 2];
        }
        if (key.length < length) {
            key = new byte[length * 2];
        }
        int p = put(nameBytes, 0, nameBytes.length, 0);
        p = put(nameSuffix, p);
        key[p++] = (byte) 0xff;
        for (int i = 0; i < labelPairs; i++) {
            p = put(bytes, labelRanges[4 * i], labelRanges[4 * i + 1], p);
            key[p++] = (byte) 0xff;
            p = put(bytes, labelRanges[4 * i + 2], labelRanges[4 * i + 3], p);
            key[p++] = (byte) 0xff;
        }
        if (!label.isEmpty()) {
            p = put(label, p);
            key[p++] = (byte) 0xff;
        }
        keyStart = 0;
        keyEnd = p;
    }

    /// 0xFE never stands in a sample's key.
    private void metadataKey(char which, String of) {
        byte[] rest = of.getBytes(UTF_8);
        int length = nameBytes.length + rest.length + 3;
        if (key.length < length) {
            key = new byte[length * 2];
        }
        key[0] = (byte) 0xfe;
        key[1] = (byte) which;
        int p = put(nameBytes, 0, nameBytes.length, 2);
        key[p++] = (byte) 0xfe;
        keyStart = 0;
        keyEnd = put(rest, 0, rest.length, p);
    }

    private int put(byte[] source, int from, int to, int p) {
        System.arraycopy(source, from, key, p, to - from);
        return p + to - from;
    }

    private int put(String ascii, int p) {
        for (int i = 0; i < ascii.length(); i++) {
            key[p + i] = (byte) ascii.charAt(i);
        }
        return p + ascii.length();
    }

    @Override
    public String family() {
        return name;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public @Nullable NativeHistogram histogram() {
        return read;
    }

    @Override
    public void labels(ExposedLabels into) {
        into.clear();
        into.add(Labels.METRIC_NAME, name + suffix);
        for (int i = 0; i < labelPairs; i++) {
            into.add(
                    string(labelRanges[4 * i], labelRanges[4 * i + 1]),
                    string(labelRanges[4 * i + 2], labelRanges[4 * i + 3]));
        }
        if (!magicLabel.isEmpty()) {
            into.add(kind == SUMMARY ? "quantile" : "le", magicLabel);
        }
    }

    @Override
    public void labelsOf(byte[] of, int from, int to, MetricType as, ExposedLabels into) {
        into.clear();
        String label = Labels.METRIC_NAME;
        boolean named = true;
        int start = from;
        for (int i = from; i < to; i++) {
            if (of[i] == (byte) 0xff) {
                String part = new String(of, start, i - start, UTF_8);
                start = i + 1;
                if (named) {
                    into.add(label, part);
                } else {
                    label = part;
                }
                named = !named;
            }
        }
        if (named) {
            into.add(as == MetricType.SUMMARY ? "quantile" : "le", label);
        }
    }

    @Override
    public void exemplars(long defaultMs, List<Exemplar> into) {
        switch (kind) {
            case COUNTER -> exemplar(exemplarFrom, exemplarTo, defaultMs, false, into);
            case HISTOGRAM, GAUGE_HISTOGRAM -> {
                if (!nativeNow) {
                    int bucket = field - 1;
                    if (bucket >= 0 && bucket < histogram.buckets) {
                        bucketExemplar(bucket, defaultMs, false, into);
                    }
                } else if (histogram.exemplars > 0) {
                    for (int i = 0; i < histogram.exemplars; i++) {
                        exemplar(
                                histogram.exemplarRanges[2 * i],
                                histogram.exemplarRanges[2 * i + 1],
                                defaultMs,
                                true,
                                into);
                    }
                } else {
                    for (int i = 0; i < histogram.buckets; i++) {
                        bucketExemplar(i, defaultMs, true, into);
                    }
                }
            }
            default -> {}
        }
    }

    private void bucketExemplar(int bucket, long defaultMs, boolean timedOnly, List<Exemplar> into) {
        exemplar(
                histogram.bucketExemplars[2 * bucket],
                histogram.bucketExemplars[2 * bucket + 1],
                defaultMs,
                timedOnly,
                into);
    }

    private void exemplar(int from, int to, long defaultMs, boolean timedOnly, List<Exemplar> into) {
        if (to == 0) {
            return;
        }
        scratch.clear();
        double v = 0;
        boolean timed = false;
        long ms = defaultMs;
        var ranges = new int[4];
        reader.enter(bytes, from, to);
        while (reader.next()) {
            switch (reader.field) {
                case 1 -> {
                    readPair(reader.from, reader.to, ranges, 0);
                    scratch.add(string(ranges[0], ranges[1]), string(ranges[2], ranges[3]));
                }
                case 2 -> v = reader.real();
                case 3 -> {
                    timed = true;
                    ms = time(inner, bytes, reader.from, reader.to);
                }
                default -> {}
            }
        }
        if (timed || !timedOnly) {
            into.add(new Exemplar(scratch.toLabels(), v, ms));
        }
    }
}
