package io.pharos.runtime.remote;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Selections and listings, and what they give, in bytes.
final class SeriesBytes {
    private static final int FLUSH_BYTES = 1 << 16;

    private SeriesBytes() {}

    static byte[] write(SeriesSource.Selection selection) {
        ByteWriter out = PortBytes.begin();
        PortBytes.range(out, selection.range());
        PortBytes.matchers(out, selection.matchers());
        SelectHints hints = selection.hints();
        out.varint(hints.stepMs());
        PortBytes.text(out, hints.function());
        out.varint(hints.rangeMs());
        out.u8((hints.latestOnly() ? 1 : 0) | (hints.sorted() || hints.asStored() ? 2 : 0));
        return out.toBytes();
    }

    static SeriesSource.Selection selection(byte[] bytes) {
        ByteReader in = PortBytes.open(bytes);
        TimeRange range = PortBytes.range(in);
        var matchers = PortBytes.matchers(in);
        long step = in.varint();
        String function = PortBytes.text(in);
        long rangeMs = in.varint();
        int flags = in.u8();
        return new SeriesSource.Selection(
                range, matchers, new SelectHints(step, function, rangeMs, (flags & 1) != 0, (flags & 2) != 0));
    }

    /// Streams the series of a set: their number, then labels and samples of each, with their length before them.
    static void write(SeriesSource.Selection selection, SeriesSet set, OutputStream to) throws IOException {
        SelectHints hints = selection.hints();
        boolean labelsOnly = hints.function().equals("series");
        // One evaluation reads the newest sample alone; a range of them reads more than the newest of all.
        boolean newestOnly = hints.latestOnly() && hints.stepMs() == 0;
        long after = selection.range().firstMs() == Long.MIN_VALUE
                ? Long.MIN_VALUE
                : selection.range().firstMs() - 1;
        long last = selection.range().lastMs();
        var out = new ByteWriter(FLUSH_BYTES + 4096);
        var one = new ByteWriter(4096);
        var samples = new SampleBuffer();
        out.uvarint(set.size());
        for (int i = 0; i < set.size(); i++) {
            samples.clear();
            if (newestOnly) {
                set.latest(i, after, last, samples);
            } else if (!labelsOnly) {
                set.read(i, after, last, samples);
            }
            one.clear();
            PortBytes.samples(one, samples);
            PortBytes.labels(out, set.labels(i));
            out.uvarint(one.size());
            out.raw(one.array(), 0, one.size());
            if (out.size() >= FLUSH_BYTES) {
                to.write(out.array(), 0, out.size());
                out.clear();
            }
        }
        to.write(out.array(), 0, out.size());
    }

    /// A set over an answer's bytes; samples are decoded when they are read.
    static SeriesSet set(byte[] bytes) {
        var in = new ByteReader(bytes);
        int n = PortBytes.length(in);
        var labels = new Labels[n];
        var starts = new int[n];
        var ends = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = PortBytes.labels(in);
            int length = PortBytes.length(in);
            starts[i] = in.at();
            ends[i] = in.at() + length;
            in.skip(length);
        }
        return new Received(bytes, labels, starts, ends);
    }

    private record Received(byte[] bytes, Labels[] all, int[] starts, int[] ends) implements SeriesSet {
        @Override
        public int size() {
            return all.length;
        }

        @Override
        public Labels labels(int series) {
            return all[series];
        }

        @Override
        public boolean asStored() {
            return false;
        }

        @Override
        public void read(int series, long afterMs, long toMs, SampleBuffer into) {
            var samples = new SampleBuffer();
            PortBytes.samples(new ByteReader(bytes, starts[series], ends[series]), samples);
            samples.clip(afterMs, toMs);
            MergedSet.copy(samples, into);
        }

        @Override
        public void close() {}
    }

    static byte[] write(String label, SeriesSource.ListingRequest request) {
        ByteWriter out = PortBytes.begin();
        PortBytes.text(out, label);
        PortBytes.range(out, request.range());
        PortBytes.matcherSets(out, request.matcherSets());
        out.uvarint(request.limit());
        return out.toBytes();
    }

    /// A request for values of a label, or for names where the label is empty.
    record Asked(String label, SeriesSource.ListingRequest request) {}

    static Asked listingRequest(byte[] bytes) {
        ByteReader in = PortBytes.open(bytes);
        return new Asked(
                PortBytes.text(in),
                new SeriesSource.ListingRequest(
                        PortBytes.range(in), PortBytes.matcherSets(in), in.size(Integer.MAX_VALUE)));
    }

    static byte[] write(SeriesSource.Listing listing) {
        var out = new ByteWriter(1024);
        out.u8(listing.truncated() ? 1 : 0);
        PortBytes.texts(out, listing.entries());
        return out.toBytes();
    }

    static SeriesSource.Listing listing(byte[] bytes) {
        var in = new ByteReader(bytes);
        boolean truncated = in.u8() == 1;
        return new SeriesSource.Listing(PortBytes.texts(in), truncated);
    }

    static byte[] write(List<SeriesSource.SeriesExemplars> all) {
        var out = new ByteWriter(1024);
        out.uvarint(all.size());
        for (SeriesSource.SeriesExemplars one : all) {
            PortBytes.labels(out, one.series());
            out.uvarint(one.exemplars().size());
            one.exemplars().forEach(exemplar -> PortBytes.exemplar(out, exemplar));
        }
        return out.toBytes();
    }

    static List<SeriesSource.SeriesExemplars> exemplars(byte[] bytes) {
        var in = new ByteReader(bytes);
        int n = PortBytes.length(in);
        var all = new ArrayList<SeriesSource.SeriesExemplars>(n);
        for (int i = 0; i < n; i++) {
            Labels series = PortBytes.labels(in);
            int m = PortBytes.length(in);
            var exemplars = new ArrayList<Exemplar>(m);
            for (int j = 0; j < m; j++) {
                exemplars.add(PortBytes.exemplar(in));
            }
            all.add(new SeriesSource.SeriesExemplars(series, exemplars));
        }
        return all;
    }
}
