package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.SampleMerge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What was deleted and not yet rewritten: samples in a range of series that matchers match. A range ends at the newest
/// sample there was when it was made, so that later samples are not touched. Immutable.
public record Tombstones(List<Tombstone> list) {
    public static final Tombstones NONE = new Tombstones(List.of());

    /// Samples deleted; both ends of the range included.
    public record Tombstone(List<Matcher> matchers, TimeRange range) {
        public Tombstone {
            matchers = List.copyOf(matchers);
        }
    }

    public Tombstones {
        list = List.copyOf(list);
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public Tombstones with(Tombstone added) {
        var more = new ArrayList<>(list);
        more.add(added);
        return new Tombstones(more);
    }

    /// The ranges deleted of one series.
    public List<TimeRange> of(Labels labels) {
        var ranges = new ArrayList<TimeRange>();
        for (Tombstone tombstone : list) {
            if (tombstone.matchers().stream().allMatch(m -> m.matches(labels))) {
                ranges.add(tombstone.range());
            }
        }
        return ranges;
    }

    /// Removes from the buffer, which holds samples of this series alone, what was deleted.
    public void apply(Labels labels, SampleBuffer samples) {
        List<TimeRange> ranges = of(labels);
        if (ranges.isEmpty() || samples.isEmpty()) {
            return;
        }
        var merge = new SampleMerge();
        SampleBuffer kept = merge.next();
        long[] starts = samples.starts();
        for (int i = 0; i < samples.floats(); i++) {
            long ms = samples.times()[i];
            if (ranges.stream().noneMatch(r -> r.contains(ms))) {
                kept.addFloat(ms, samples.values()[i], starts == null ? 0 : starts[i]);
            }
        }
        long[] histogramStarts = samples.histogramStarts();
        for (int i = 0; i < samples.histogramCount(); i++) {
            long ms = samples.histogramTimes()[i];
            if (ranges.stream().noneMatch(r -> r.contains(ms))) {
                kept.addHistogram(ms, samples.histograms()[i], histogramStarts == null ? 0 : histogramStarts[i]);
                if (samples.hasIntegerCounts(i)) {
                    kept.lastHasIntegerCounts();
                }
            }
        }
        samples.clear();
        merge.into(samples, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    void write(ByteWriter out) {
        out.uvarint(list.size());
        for (Tombstone tombstone : list) {
            out.u64(tombstone.range().firstMs());
            out.u64(tombstone.range().lastMs());
            out.uvarint(tombstone.matchers().size());
            for (Matcher matcher : tombstone.matchers()) {
                out.u8(matcher.type().ordinal());
                text(out, matcher.name());
                text(out, matcher.value());
            }
        }
    }

    private static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.uvarint(bytes.length);
        out.raw(bytes);
    }

    static Tombstones read(ByteReader in) {
        var list = new ArrayList<Tombstone>();
        for (int n = in.size(in.remaining()); n > 0; n--) {
            long first = in.u64();
            long last = in.u64();
            var matchers = new ArrayList<Matcher>();
            for (int m = in.size(in.remaining()); m > 0; m--) {
                Matcher.Type type = Matcher.Type.values()[in.u8()];
                String name = new String(in.raw(in.size(in.remaining())), StandardCharsets.UTF_8);
                matchers.add(
                        new Matcher(type, name, new String(in.raw(in.size(in.remaining())), StandardCharsets.UTF_8)));
            }
            list.add(new Tombstone(matchers, new TimeRange(first, last)));
        }
        return new Tombstones(list);
    }
}
