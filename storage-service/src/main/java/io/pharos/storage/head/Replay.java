package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Applies records of the log to a head that nobody uses yet.
final class Replay {
    private final Head head;
    private final SeriesTable series;

    Replay(Head head) {
        this.head = head;
        series = head.series;
    }

    /// Applies a record that stood at a position: what of it is not in the checkpoint.
    void record(long position, byte[] bytes, int from, int to) {
        var in = new ByteReader(bytes, from, to);
        int type = in.u8();
        if (type == LogRecords.BATCH) {
            batch(in, position);
        } else {
            throw new IllegalStateException(
                    "log record of the unknown type " + type + "; it was written by a newer version");
        }
    }

    private void batch(ByteReader in, long position) {
        boolean partly = position < head.restored().all;
        for (int n = in.u32(); n > 0; n--) {
            int id = (int) in.uvarint();
            Labels labels = LogRecords.labels(in);
            if (partly && position < head.restored().of(id)) {
                continue;
            }
            if (series.isLive(id)) {
                if (head.index.labels(id).equals(labels)) {
                    continue;
                }
                head.forget(RoaringBitmap.bitmapOf(id));
            }
            int other = head.index.find(labels);
            if (other >= 0) {
                head.forget(RoaringBitmap.bitmapOf(other));
            }
            series.allocate(id);
            head.index.add(id, labels);
        }
        head.index.settle();
        int rows = in.u32();
        int id = -1;
        long ms = 0;
        byte[] bytes = in.array();
        for (int row = 0; row < rows; row++) {
            int control = in.u8();
            id = (control & LogRecords.NEXT_ID) != 0 ? id + 1 : id + (int) in.varint();
            if ((control & LogRecords.SAME_TIME) == 0) {
                ms += in.varint();
            }
            long start = (control & LogRecords.START) != 0 ? ms - in.varint() : 0;
            NativeHistogram histogram = null;
            long bits = 0;
            if ((control & LogRecords.HISTOGRAM) != 0) {
                histogram = LogRecords.histogram(in);
            } else {
                int length = control & 15;
                int at = in.at();
                in.skip(length);
                for (int i = 0; i < length; i++) {
                    bits |= (bytes[at + i] & 0xffL) << 56 - 8 * i;
                }
            }
            if (partly && position < head.restored().of(id)) {
                continue;
            }
            if (series.isLive(id)) {
                row(id, ms, bits, histogram, start);
            } else {
                head.figures.replayLost++;
            }
        }
        for (int n = in.size(in.remaining()); n > 0; n--) {
            Labels labels = LogRecords.labels(in);
            Exemplar exemplar = LogRecords.exemplar(in);
            if (!partly) {
                head.exemplars.add(labels, exemplar);
            }
        }
        LogRecords.metadata(in, head.metadata);
    }

    private void row(int id, long ms, long bits, @Nullable NativeHistogram histogram, long start) {
        head.minMs = Math.min(head.minMs, ms);
        long before = series.lastMs(id);
        if ((series.flags(id) & SeriesTable.HAS_SAMPLE) != 0 && ms <= before) {
            if (ms < before) {
                head.chunks.addLate(id, ms, Double.longBitsToDouble(bits), histogram);
            }
            return;
        }
        head.maxMs = Math.max(head.maxMs, ms);
        long beforeBits = series.lastBits(id);
        if (histogram != null) {
            SideSeries side = head.sideOrNew(id);
            side.last = histogram;
            int now = SeriesTable.LIVE | SeriesTable.HAS_SAMPLE | SeriesTable.LAST_HISTOGRAM | SeriesTable.HAS_SIDE;
            series.flags(id, histogram instanceof FloatHistogram ? now | SeriesTable.LAST_FLOAT_HISTOGRAM : now);
            series.lastMs(id, ms);
            head.chunks.addHistogram(id, ms, histogram, start);
            return;
        }
        if ((series.flags(id) & SeriesTable.LAST_HISTOGRAM) != 0) {
            head.side(id).last = null;
        }
        series.flags(
                id,
                (series.flags(id) | SeriesTable.HAS_SAMPLE)
                        & ~(SeriesTable.LAST_HISTOGRAM | SeriesTable.LAST_FLOAT_HISTOGRAM));
        series.lastBits(id, bits);
        series.lastMs(id, ms);
        if (start != 0) {
            head.chunks.addStarted(id, ms, Double.longBitsToDouble(bits), start);
        } else {
            head.chunks.addFloat(id, before, beforeBits, ms, bits);
        }
    }
}
