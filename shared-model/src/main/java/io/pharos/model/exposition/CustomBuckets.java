package io.pharos.model.exposition;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the classic histograms of another parser into native ones with custom buckets
/// (`model/textparse/nhcbparse.go`, `util/convertnhcb`).
///
/// The series of a family typed `histogram` are gathered while they have the same labels but for `le`; the first entry
/// that is not one of them lets the histogram come out before it. A histogram whose counts contradict each other is
/// left out. Where a native histogram of the same labels went before, the classic one is not converted.
final class CustomBuckets extends ExpositionParser {
    private final ExpositionParser inner;
    private final boolean keepClassic;
    private final ExposedLabels scratch = new ExposedLabels();
    private final ClassicHistogram classic = new ClassicHistogram();
    private final List<Exemplar> exemplars = new ArrayList<>();

    private String typedFamily = "";
    private @Nullable Labels group;
    private @Nullable Labels exponential;
    private boolean groupHasTime;
    private long groupMs;
    private long groupStartMs;

    private @Nullable Entry pending;
    private @Nullable NativeHistogram converted;
    private Labels convertedLabels = Labels.EMPTY;

    CustomBuckets(ExpositionParser inner, boolean keepClassic) {
        this.inner = inner;
        this.keepClassic = keepClassic;
    }

    @Override
    public void reset(byte[] body, int length) {
        inner.reset(body, length);
        typedFamily = "";
        group = null;
        exponential = null;
        pending = null;
        converted = null;
        exemplars.clear();
        classic.clear();
        type = MetricType.UNKNOWN;
        unit = "";
    }

    @Override
    public Entry next(byte[] guess, int from, int to) {
        converted = null;
        while (true) {
            Entry entry = pending;
            pending = null;
            if (entry == null) {
                entry = inner.next(guess, from, to);
            }
            Labels identity = entry == Entry.SERIES ? identityOf() : null;
            if (group != null && !group.equals(identity)) {
                Labels ended = group;
                group = null;
                NativeHistogram histogram = classic.convert();
                classic.clear();
                if (histogram != null) {
                    pending = entry;
                    show(histogram, ended, guess, from, to);
                    return Entry.HISTOGRAM;
                }
            }
            if (identity != null && !identity.equals(exponential)) {
                gather(identity);
                if (!keepClassic) {
                    continue;
                }
            }
            pass(entry, guess, from, to);
            return entry;
        }
    }

    /// The labels of the histogram that the series now read belongs to; null where it belongs to none.
    private @Nullable Labels identityOf() {
        if (inner.type() != MetricType.HISTOGRAM || typedFamily.isEmpty()) {
            return null;
        }
        inner.labels(scratch);
        String name = scratch.value(0);
        if (!name.startsWith(typedFamily)) {
            return null;
        }
        boolean bucket = false;
        switch (name.substring(typedFamily.length())) {
            case "_bucket" -> bucket = true;
            case "_count", "_sum" -> {}
            default -> {
                return null;
            }
        }
        if (bucket && Double.isNaN(bound(scratch.get("le")))) {
            return null;
        }
        return scratch.toLabels().without("le").with(Labels.METRIC_NAME, typedFamily);
    }

    /// NaN for what is no bound.
    private static double bound(String le) {
        try {
            return GoText.parseFloat(le);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    private void gather(Labels identity) {
        if (group == null) {
            exemplars.clear();
        }
        group = identity;
        groupHasTime = inner.hasTime();
        groupMs = inner.timeMs();
        groupStartMs = inner.startMs();
        double v = inner.value();
        switch (scratch.value(0).substring(typedFamily.length())) {
            case "_bucket" -> classic.bucket(bound(scratch.get("le")), v);
            case "_count" -> classic.count(v);
            default -> classic.sum(v);
        }
        // Those without a time of their own are of no use to a native histogram.
        inner.exemplars(Long.MIN_VALUE, exemplars);
        exemplars.removeIf(exemplar -> exemplar.atMs() == Long.MIN_VALUE);
    }

    private void show(NativeHistogram histogram, Labels labels, byte[] guess, int from, int to) {
        converted = histogram;
        convertedLabels = labels;
        hasTime = groupHasTime;
        timeMs = groupMs;
        startMs = groupStartMs;
        type = MetricType.HISTOGRAM;
        byte[] encoded = labels.encoded();
        key = new byte[encoded.length + 1];
        key[0] = (byte) 0xfd;
        System.arraycopy(encoded, 0, key, 1, encoded.length);
        keyStart = 0;
        keyEnd = key.length;
        expected = to > from && Arrays.equals(key, 0, keyEnd, guess, from, to);
    }

    private void pass(Entry entry, byte[] guess, int from, int to) {
        switch (entry) {
            case TYPE -> {
                typedFamily = inner.family();
                exponential = null;
            }
            case HISTOGRAM -> {
                inner.labels(scratch);
                exponential = scratch.toLabels();
            }
            default -> {}
        }
        key = inner.key;
        keyStart = inner.keyStart;
        keyEnd = inner.keyEnd;
        expected = (entry == Entry.SERIES || entry == Entry.HISTOGRAM)
                && to > from
                && Arrays.equals(key, keyStart, keyEnd, guess, from, to);
        value = inner.value;
        hasTime = inner.hasTime;
        timeMs = inner.timeMs;
        startMs = inner.startMs;
        unit = inner.unit;
        type = inner.type;
    }

    @Override
    public @Nullable NativeHistogram histogram() {
        return converted != null ? converted : inner.histogram();
    }

    @Override
    public void labels(ExposedLabels into) {
        if (converted == null) {
            inner.labels(into);
            return;
        }
        into.clear();
        into.add(Labels.METRIC_NAME, convertedLabels.metricName());
        for (Label label : convertedLabels) {
            if (!label.name().equals(Labels.METRIC_NAME)) {
                into.add(label.name(), label.value());
            }
        }
    }

    @Override
    public void labelsOf(byte[] of, int from, int to, MetricType as, ExposedLabels into) {
        if (of[from] != (byte) 0xfd) {
            inner.labelsOf(of, from, to, as, into);
            return;
        }
        into.clear();
        for (Label label : Labels.ofEncoded(Arrays.copyOfRange(of, from + 1, to))) {
            into.add(label.name(), label.value());
        }
    }

    @Override
    public String family() {
        return inner.family();
    }

    @Override
    public String text() {
        return inner.text();
    }

    @Override
    public void exemplars(long defaultMs, List<Exemplar> into) {
        if (converted == null) {
            inner.exemplars(defaultMs, into);
        } else {
            into.addAll(exemplars);
        }
    }
}
