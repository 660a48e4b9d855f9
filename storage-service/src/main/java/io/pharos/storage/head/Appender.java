package io.pharos.storage.head;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.HistogramRules;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SampleSink.Rejected;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.text.GoText;
import io.pharos.storage.memory.RawMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/*
 * A batch passes three times over its rows.
 *
 *   decide   Each row is accepted or rejected by the rules of tsdb/head_append.go (3.14). An accepted in-order row moves
 *            the series' last time and value at once, so that the next row of the series is judged by them; what they
 *            were is kept beside the row. The log record grows row by row.
 *   log      One write. If it fails, or a row was rejected and the caller wants all or nothing, the kept values go back
 *            in reverse order and new series leave the index.
 *   apply    Rows are coded into chunks. Nothing can fail any more.
 *
 * All under the head's write lock: no select sees half a batch.
 */
/// Appends batches to a head.
final class Appender {
    private static final int REJECTED = 0;
    private static final int KNOWN = 1; // the sample is there already
    private static final int FLOAT = 2;
    private static final int STARTED = 3;
    private static final int HISTOGRAM = 4;
    private static final int LATE = 5;

    /// Half of Prometheus' smallest block range: how far behind the newest sample an in-order sample may lie.
    private static final long BEHIND_MS = 3_600_000;

    /// Rows whose memory is asked for in one go: as much as stays in the nearest cache until it is worked on.
    private static final int STRETCH = 256;

    private final Head head;
    private final SeriesTable series;
    private final ByteWriter newSeries = new ByteWriter(4096);
    private final RowLog rows = new RowLog();
    private final ByteWriter record = new ByteWriter(64 << 10);

    private int[] ids = new int[1024];
    private byte[] kinds = new byte[1024];
    private long[] beforeMs = new long[1024];
    private long[] beforeBits = new long[1024];
    private byte[] beforeFlags = new byte[1024];
    private @Nullable NativeHistogram[] beforeLast = new NativeHistogram[0];
    private @Nullable NativeHistogram[] stored = new NativeHistogram[0];
    private int[] created = new int[64];
    private int createdCount;
    private int newSeriesLogged;
    private int batchNumber;
    private long newest; // of the head, before the batch
    private long valid; // the oldest time in order
    private long window; // how far behind the newest sample one may lie
    private long touched;
    private final Map<RejectReason, Rejected> rejected = new EnumMap<>(RejectReason.class);
    private final Map<RejectReason, Rejected> rejectedExemplars = new EnumMap<>(RejectReason.class);

    Appender(Head head) {
        this.head = head;
        this.series = head.series;
    }

    Appended append(SampleBatch batch, OnReject onReject, long windowMs) throws IOException {
        try {
            return appendRows(batch, onReject, windowMs);
        } finally {
            head.index.settle();
        }
    }

    private Appended appendRows(SampleBatch batch, OnReject onReject, long windowMs) throws IOException {
        int n = batch.size();
        window = windowMs;
        begin(n, batch);
        int accepted = decide(batch, n);
        boolean rollBack = onReject == OnReject.ROLL_BACK_ALL && !rejected.isEmpty();
        if (rollBack) {
            rollBack(n);
            return new Appended(0, true, List.copyOf(rejected.values()), 0, List.of());
        }
        List<SampleBatch.ExemplarRow> exemplars = exemplars(batch);
        if (rows.rows() > 0
                || newSeriesLogged > 0
                || !exemplars.isEmpty()
                || !batch.metadata().isEmpty()) {
            try {
                log(batch, exemplars);
            } catch (IOException e) {
                rollBack(n);
                head.figures.logFailures++;
                throw e;
            }
        }
        apply(batch, n);
        for (SampleBatch.ExemplarRow row : exemplars) {
            head.exemplars.add(head.index.labels(ids[row.row()]), row.exemplar());
        }
        for (SampleBatch.MetadataRow row : batch.metadata()) {
            head.metadata.put(row.metric(), row.metadata());
        }
        return new Appended(
                accepted,
                false,
                List.copyOf(rejected.values()),
                exemplars.size(),
                List.copyOf(rejectedExemplars.values()));
    }

    private void begin(int n, SampleBatch batch) {
        if (ids.length < n) {
            int length = Math.max(n, ids.length * 2);
            ids = new int[length];
            kinds = new byte[length];
            beforeMs = new long[length];
            beforeBits = new long[length];
            beforeFlags = new byte[length];
        }
        if (batch.hasHistograms() || head.hasSides()) {
            beforeLast = new NativeHistogram[n];
            stored = new NativeHistogram[n];
        }
        batchNumber = batchNumber == Integer.MAX_VALUE ? 1 : batchNumber + 1;
        createdCount = 0;
        newSeriesLogged = 0;
        newSeries.clear();
        rows.clear();
        rejected.clear();
        rejectedExemplars.clear();
    }

    private int decide(SampleBatch batch, int n) {
        long[] references = batch.references();
        long[] times = batch.times();
        double[] values = batch.values();
        boolean plain = !batch.hasStarts() && !batch.hasHistograms();
        newest = head.maxMs == Long.MIN_VALUE && n > 0 ? times[0] : head.maxMs;
        valid = newest - BEHIND_MS > newest ? Long.MIN_VALUE : newest - BEHIND_MS;
        int accepted = 0;
        int touchedTo = 0;
        for (int row = 0; row < n; row++) {
            if (row == touchedTo) {
                touchedTo = Math.min(n, row + STRETCH);
                touched += series.touch(references, row, touchedTo);
            }
            if (plain && decidePlain(row, references[row], times[row], Double.doubleToRawLongBits(values[row]))) {
                accepted++;
            } else if (decide(batch, row, n)) {
                accepted++;
            }
        }
        return accepted;
    }

    /// What nearly all rows are: a float after a float of a series that is known. Answers false, having done nothing,
    /// where the row is something else.
    private boolean decidePlain(int row, long reference, long ms, long bits) {
        int id = series.inRange(reference);
        if (id < 0) {
            return false;
        }
        long record = series.address(id);
        long last = RawMemory.getLong(record + SeriesTable.LAST_MS);
        if (!SeriesTable.isPlain(record, reference) || ms <= last || ms < valid) {
            return false;
        }
        kinds[row] = FLOAT;
        ids[row] = id;
        beforeMs[row] = last;
        beforeBits[row] = RawMemory.getLong(record + SeriesTable.LAST_BITS);
        beforeFlags[row] = SeriesTable.PLAIN;
        if (RawMemory.getInt(record + SeriesTable.BATCH_AND_ROW) != batchNumber) {
            RawMemory.putLong(record + SeriesTable.BATCH_AND_ROW, (long) row << 32 | batchNumber);
        }
        RawMemory.putLong(record + SeriesTable.LAST_MS, ms);
        RawMemory.putLong(record + SeriesTable.LAST_BITS, bits);
        rows.add(id, ms, bits);
        return true;
    }

    /// Decides any row, and answers whether it was accepted.
    private boolean decide(SampleBatch batch, int row, int n) {
        long[] references = batch.references();
        long ms = batch.times()[row];
        long bits = Double.doubleToRawLongBits(batch.values()[row]);
        NativeHistogram histogram = batch.histogram(row);
        kinds[row] = REJECTED;
        int id = series.resolve(references[row]);
        Labels labels = null;
        if (id < 0) {
            labels = batch.labels(row);
            if (labels.isEmpty()) {
                reject(rejected, RejectReason.INVALID, labels, ms, "empty labelset: invalid sample");
                return false;
            }
            id = head.index.seek(labels);
        }
        if (histogram != null && !histogram.isStale()) {
            String problem = HistogramRules.problem(histogram);
            if (problem != null) {
                reject(rejected, RejectReason.INVALID, labelsOf(id, labels), ms, problem);
                return false;
            }
        }
        if (window == 0 && ms < valid) {
            head.figures.outOfBounds++;
            reject(rejected, RejectReason.OUT_OF_BOUNDS, labelsOf(id, labels), ms, "out of bounds");
            return false;
        }
        int flags = id < 0 ? 0 : series.flags(id);
        boolean inOrder = false;
        if (ms >= valid) {
            if ((flags & SeriesTable.HAS_SAMPLE) == 0) {
                inOrder = true;
            } else {
                long last = series.lastMs(id);
                if (ms > last) {
                    inOrder = true;
                } else if (ms == last) {
                    String problem = duplicate(id, flags, ms, bits, histogram);
                    if (problem != null && passes(id, ms)) {
                        problem = null;
                    }
                    if (problem != null) {
                        reject(rejected, RejectReason.DUPLICATE, labelsOf(id, labels), ms, problem);
                        return false;
                    }
                    kinds[row] = KNOWN;
                    ids[row] = id;
                    references[row] = series.reference(id);
                    return true;
                }
            }
        }
        if (!inOrder && (window == 0 || ms < newest - window)) {
            if (ms >= valid && passes(id, ms)) {
                head.figures.outOfOrder++;
                kinds[row] = KNOWN;
                ids[row] = id;
                references[row] = series.reference(id);
                return true;
            }
            if (window > 0) {
                head.figures.tooOld++;
                reject(rejected, RejectReason.TOO_OLD, labelsOf(id, labels), ms, "too old sample");
            } else if (ms < valid) {
                head.figures.outOfBounds++;
                reject(rejected, RejectReason.OUT_OF_BOUNDS, labelsOf(id, labels), ms, "out of bounds");
            } else {
                head.figures.outOfOrder++;
                reject(rejected, RejectReason.OUT_OF_ORDER, labelsOf(id, labels), ms, "out of order sample");
            }
            return false;
        }
        if (id < 0) {
            if (labels == null) {
                throw new IllegalStateException("bug: a series without a number and without labels");
            }
            String refusal = head.admission.refusal(labels);
            if (refusal != null) {
                reject(rejected, RejectReason.LIMIT, labels, ms, refusal);
                return false;
            }
            id = create(labels);
            flags = series.flags(id);
        }
        ids[row] = id;
        references[row] = series.reference(id);
        beforeMs[row] = series.lastMs(id);
        beforeBits[row] = series.lastBits(id);
        beforeFlags[row] = (byte) flags;
        if (series.batch(id) != batchNumber) {
            series.batch(id, batchNumber, row);
        }
        long start = batch.starts()[row];
        if (!inOrder) {
            kinds[row] = LATE;
            if (histogram != null) {
                stored[row] = histogram;
            }
            rows.add(id, ms, bits, histogram, start);
            return true;
        }
        if (histogram == null && bits == StaleMarker.BITS && (flags & SeriesTable.LAST_HISTOGRAM) != 0) {
            histogram = (flags & SeriesTable.LAST_FLOAT_HISTOGRAM) != 0 ? FloatHistogram.stale() : Histogram.stale();
        }
        if (histogram != null) {
            if (stored.length < n) {
                beforeLast = Arrays.copyOf(beforeLast, n);
                stored = Arrays.copyOf(stored, n);
            }
            SideSeries side = head.sideOrNew(id);
            beforeLast[row] = side.last;
            stored[row] = histogram;
            side.last = histogram;
            kinds[row] = HISTOGRAM;
            int now = SeriesTable.LIVE | SeriesTable.HAS_SAMPLE | SeriesTable.LAST_HISTOGRAM | SeriesTable.HAS_SIDE;
            series.flags(id, histogram instanceof FloatHistogram ? now | SeriesTable.LAST_FLOAT_HISTOGRAM : now);
        } else {
            if ((flags & SeriesTable.LAST_HISTOGRAM) != 0) {
                SideSeries side = head.side(id);
                if (beforeLast.length < n) {
                    beforeLast = Arrays.copyOf(beforeLast, n);
                }
                beforeLast[row] = side.last;
                side.last = null;
            }
            kinds[row] = start != 0 ? (byte) STARTED : (byte) FLOAT;
            series.flags(
                    id,
                    (flags | SeriesTable.HAS_SAMPLE)
                            & ~(SeriesTable.LAST_HISTOGRAM | SeriesTable.LAST_FLOAT_HISTOGRAM));
            series.lastBits(id, bits);
        }
        series.lastMs(id, ms);
        rows.add(id, ms, bits, histogram, start);
        return true;
    }

    /// Whether Prometheus would take the sample and drop it in silence later: it judges rows by what was there
    /// before the batch, and passes over those that are then out of order among themselves.
    private boolean passes(int id, long ms) {
        if (id < 0 || series.batch(id) != batchNumber) {
            return false;
        }
        int first = series.batchRow(id);
        return (beforeFlags[first] & SeriesTable.HAS_SAMPLE) == 0 || ms > beforeMs[first];
    }

    private Labels labelsOf(int id, @Nullable Labels labels) {
        return labels != null ? labels : head.index.labels(id);
    }

    private int create(Labels labels) {
        int id = series.allocate();
        head.index.add(id, labels);
        if (createdCount == created.length) {
            created = Arrays.copyOf(created, createdCount * 2);
        }
        created[createdCount++] = id;
        newSeries.uvarint(id);
        newSeries.uvarint(labels.encoded().length);
        newSeries.raw(labels.encoded());
        newSeriesLogged++;
        return id;
    }

    /// Why a sample at the time of the last one is refused; null where it is the same sample.
    private @Nullable String duplicate(int id, int flags, long ms, long bits, @Nullable NativeHistogram histogram) {
        boolean lastIsHistogram = (flags & SeriesTable.LAST_HISTOGRAM) != 0;
        if (histogram != null) {
            return lastIsHistogram && histogram.equals(head.side(id).last) ? null : "duplicate sample for timestamp";
        }
        if (lastIsHistogram) {
            NativeHistogram last = head.side(id).last;
            if (bits == StaleMarker.BITS && last != null && last.isStale()) {
                return null;
            }
            return "duplicate sample for timestamp " + ms
                    + "; overrides not allowed: existing is a histogram, new value "
                    + GoText.general(Double.longBitsToDouble(bits));
        }
        if (series.lastBits(id) == bits) {
            return null;
        }
        return "duplicate sample for timestamp " + ms + "; overrides not allowed: existing "
                + GoText.general(Double.longBitsToDouble(series.lastBits(id))) + ", new value "
                + GoText.general(Double.longBitsToDouble(bits));
    }

    private static void reject(
            Map<RejectReason, Rejected> into, RejectReason reason, Labels labels, long ms, String text) {
        Rejected before = into.get(reason);
        into.put(
                reason,
                before == null
                        ? new Rejected(reason, 1, labels, ms, text)
                        : new Rejected(
                                reason, before.count() + 1, before.firstSeries(), before.firstMs(), before.text()));
    }

    private List<SampleBatch.ExemplarRow> exemplars(SampleBatch batch) {
        if (batch.exemplars().isEmpty() || !head.exemplars.enabled()) {
            return List.of();
        }
        var taken = new ArrayList<SampleBatch.ExemplarRow>();
        for (SampleBatch.ExemplarRow row : batch.exemplars()) {
            if (kinds[row.row()] == REJECTED) {
                continue;
            }
            Labels labels = head.index.labels(ids[row.row()]);
            Exemplar exemplar = row.exemplar();
            String problem = head.exemplars.problem(labels, exemplar, head.limits.outOfOrderWindowMs());
            if (problem == null) {
                taken.add(row);
            } else if (!problem.isEmpty()) {
                RejectReason reason =
                        problem.equals(Exemplars.OUT_OF_ORDER) ? RejectReason.OUT_OF_ORDER : RejectReason.INVALID;
                reject(rejectedExemplars, reason, labels, exemplar.atMs(), problem);
            }
        }
        return taken;
    }

    private void log(SampleBatch batch, List<SampleBatch.ExemplarRow> exemplars) throws IOException {
        record.clear();
        record.u8(LogRecords.BATCH);
        record.u32(newSeriesLogged);
        record.raw(newSeries.array(), 0, newSeries.size());
        rows.writeTo(record);
        record.uvarint(exemplars.size());
        for (SampleBatch.ExemplarRow row : exemplars) {
            LogRecords.labels(record, head.index.labels(ids[row.row()]));
            LogRecords.exemplar(record, row.exemplar());
        }
        record.uvarint(batch.metadata().size());
        for (SampleBatch.MetadataRow row : batch.metadata()) {
            LogRecords.metadata(record, row.metric(), row.metadata());
        }
        head.log(record.array(), record.size());
    }

    private void rollBack(int n) {
        for (int row = n - 1; row >= 0; row--) {
            int kind = kinds[row];
            if (kind == FLOAT || kind == STARTED || kind == HISTOGRAM) {
                int id = ids[row];
                int flags = beforeFlags[row];
                if (kind == HISTOGRAM || (flags & SeriesTable.LAST_HISTOGRAM) != 0) {
                    head.side(id).last = beforeLast[row];
                }
                // a side series made for this row stays: it is empty
                series.flags(id, flags | series.flags(id) & SeriesTable.HAS_SIDE);
                series.lastMs(id, beforeMs[row]);
                series.lastBits(id, beforeBits[row]);
            }
        }
        if (createdCount > 0) {
            var gone = new RoaringBitmap();
            for (int i = 0; i < createdCount; i++) {
                gone.add(created[i]);
            }
            head.forget(gone);
        }
    }

    private void apply(SampleBatch batch, int n) {
        long[] times = batch.times();
        double[] values = batch.values();
        long[] starts = batch.starts();
        boolean withStarts = batch.hasStarts();
        int touchedTo = 0;
        int floats = 0;
        int histograms = 0;
        long min = head.minMs;
        long max = head.maxMs;
        for (int row = 0; row < n; row++) {
            if (row == touchedTo) {
                touchedTo = Math.min(n, row + STRETCH);
                touched += head.open.touch(ids, kinds, FLOAT, row, touchedTo);
            }
            int kind = kinds[row];
            if (kind < FLOAT) {
                continue;
            }
            int id = ids[row];
            long ms = times[row];
            min = Math.min(min, ms);
            if (kind == FLOAT) {
                floats++;
                max = Math.max(max, ms);
                head.chunks.addFloat(id, beforeMs[row], beforeBits[row], ms, Double.doubleToRawLongBits(values[row]));
            } else if (kind == STARTED) {
                floats++;
                max = Math.max(max, ms);
                head.chunks.addStarted(id, ms, values[row], starts[row]);
            } else if (kind == HISTOGRAM) {
                histograms++;
                max = Math.max(max, ms);
                NativeHistogram histogram = stored[row];
                if (histogram == null) {
                    throw new IllegalStateException("bug: a histogram row without its histogram");
                }
                head.chunks.addHistogram(id, ms, histogram, withStarts ? starts[row] : 0);
            } else {
                NativeHistogram histogram = batch.histogram(row);
                head.chunks.addLate(id, ms, values[row], histogram);
                if (histogram == null) {
                    floats++;
                } else {
                    histograms++;
                }
            }
        }
        head.minMs = min;
        head.maxMs = max;
        head.figures.floats += floats;
        head.figures.histograms += histograms;
        head.figures.seriesCreated += createdCount;
    }
}
