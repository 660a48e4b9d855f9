package io.pharos.storage.ingest;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SampleSink.Rejected;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.wire.RemoteWriteReader;
import io.pharos.model.wire.WireFormatException;
import io.pharos.model.wire.WireLabels;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/// Decodes remote writes into batches and appends them; rules of `storage/remote/write_handler.go` of Prometheus 3.14.
/// Thread-safe: decoders are pooled.
public final class RemoteWriteReceiver {
    /// How far ahead of now a sample may lie.
    private static final long AHEAD_MS = 600_000;
    private static final int MOST_DECODED_BYTES = 256 << 20;
    private static final int POOLED = 16;

    private final SampleSink sink;
    private final InstantSource time;
    private final boolean keepMetadata;
    private final ReferenceCache references;
    private final long seed = new SecureRandom().nextLong();
    private final ConcurrentLinkedQueue<Decoder> idle = new ConcurrentLinkedQueue<>();
    private final LongAdder invalidLabelSamples = new LongAdder();

    /// What is answered: a status, a text for errors, and what was written.
    public record Outcome(int status, String text, int samples, int histograms, int exemplars) {}

    /// @param liveSeries how many series the sink has
    public RemoteWriteReceiver(SampleSink sink, InstantSource time, boolean keepMetadata, IntSupplier liveSeries) {
        references = new ReferenceCache(liveSeries);
        this.sink = sink;
        this.time = time;
        this.keepMetadata = keepMetadata;
    }

    /// Samples that were skipped since their labels are invalid.
    public long invalidLabelSamples() {
        return invalidLabelSamples.sum();
    }

    /// Takes a snappy-compressed message of version 1.0 or 2.0.
    public Outcome receive(byte[] body, boolean second) {
        Decoder decoder = idle.poll();
        if (decoder == null) {
            decoder = new Decoder();
        }
        try {
            return decoder.receive(body, second);
        } finally {
            if (idle.size() < POOLED) {
                idle.add(decoder);
            }
        }
    }

    /// The state of one request at a time.
    private final class Decoder {
        private final RemoteWriteReader reader = new RemoteWriteReader();
        private final WireLabels wire = new WireLabels();
        private final SampleBatch batch = new SampleBatch();
        private final List<String> problems = new ArrayList<>();
        private byte[] bytes = new byte[1 << 16];
        private @Nullable Labels[] labels = new Labels[64]; // of rows whose reference was not known
        private int labelsTo; // rows from here on have none
        private long[] known = new long[64];
        private int[] seriesOfRow = new int[64];
        private int rows;

        Outcome receive(byte[] body, boolean second) {
            problems.clear();
            rows = 0;
            Arrays.fill(labels, 0, labelsTo, null);
            labelsTo = 0;
            int length;
            try {
                length = Snappy.uncompressedLength(body);
                if (length > MOST_DECODED_BYTES) {
                    return new Outcome(400, "snappy: decoded block is too large", 0, 0, 0);
                }
                if (bytes.length < length || bytes.length > 8 << 20 && length < bytes.length / 8) {
                    bytes = new byte[length + (length >> 2)];
                }
                length = Snappy.uncompress(body, 0, body.length, bytes, 0);
            } catch (IOException e) {
                return new Outcome(400, "snappy: corrupt input", 0, 0, 0);
            }
            batch.reset(this::labelsOfRow);
            try {
                decode(length, second);
            } catch (WireFormatException e) {
                return new Outcome(400, text(e), 0, 0, 0);
            }
            return second ? append2() : append1();
        }

        private static String text(RuntimeException e) {
            String message = e.getMessage();
            return message == null ? e.toString() : message;
        }

        private void decode(int length, boolean second) {
            if (second) {
                reader.begin2(bytes, 0, length);
            } else {
                reader.begin1(bytes, 0, length);
            }
            long latest = time.millis() + AHEAD_MS;
            int n = reader.scan(seed);
            if (known.length < n) {
                known = new long[n + (n >> 1)];
            }
            references.find(reader.hashes(), n, known);
            for (int i = 0; i < n; i++) {
                reader.series(i);
                long reference = known[i];
                Labels own = null;
                int content = reader.samples + reader.histogramCount();
                if (reference == 0) {
                    own = reader.plainLabels();
                }
                if (own == null && (reference == 0 || second && content == 0)) {
                    String problem = problem(second);
                    if (problem != null) {
                        invalidLabelSamples.add(content);
                        if (second) {
                            problems.add(problem);
                        }
                        continue;
                    }
                    own = wire.labels();
                    if (second && content == 0) {
                        problems.add("TimeSeries must contain at least one sample or histogram for series " + own);
                        continue;
                    }
                }
                addSeries(i, own, reference, latest, second);
            }
        }

        private @Nullable String problem(boolean second) {
            String unreadable = reader.readLabels(wire);
            if (unreadable != null) {
                return "parsing labels for series " + reader.labelRefsText() + ": " + unreadable;
            }
            if (!wire.isValid()) {
                return "invalid metric name or labels, got " + wire;
            }
            String duplicate = wire.duplicate();
            return duplicate == null
                    ? null
                    : "invalid labels for series, labels " + wire + ", duplicated label " + duplicate;
        }

        private void addSeries(int series, @Nullable Labels own, long reference, long latest, boolean second) {
            int first = -1;
            for (int i = 0; i < reader.samples; i++) {
                if (reader.times[i] > latest) {
                    tooFarAhead(own, second, reader.times[i]);
                    continue;
                }
                int row = batch.addFloat(reference, reader.times[i], reader.values[i]);
                if (reader.starts[i] != 0) {
                    batch.setStart(row, reader.starts[i]);
                }
                note(row, own, series);
                first = first < 0 ? row : first;
            }
            for (int i = 0; i < reader.histogramCount(); i++) {
                if (reader.histogramMs(i) > latest) {
                    tooFarAhead(own, second, reader.histogramMs(i));
                    continue;
                }
                NativeHistogram histogram = CoarseSchema.reduce(reader.histogram(i));
                int row = batch.addHistogram(reference, reader.histogramMs(i), histogram);
                if (reader.histogramStartMs(i) != 0) {
                    batch.setStart(row, reader.histogramStartMs(i));
                }
                note(row, own, series);
                first = first < 0 ? row : first;
            }
            if (first < 0) {
                return;
            }
            for (Exemplar exemplar : reader.exemplars()) {
                batch.addExemplar(first, exemplar);
            }
            if (keepMetadata && second) {
                MetricMetadata metadata = reader.metadata();
                if (metadata != null) {
                    batch.addMetadata(labelsNow(own).metricName(), metadata);
                }
            }
        }

        private Labels labelsNow(@Nullable Labels own) {
            return own != null ? own : reader.labels();
        }

        private void tooFarAhead(@Nullable Labels own, boolean second, long ms) {
            String text = "out of bounds: timestamp is too far in the future";
            problems.add(second ? text + " for series " + labelsNow(own) : text);
        }

        private void note(int row, @Nullable Labels own, int series) {
            if (row >= labels.length) {
                labels = Arrays.copyOf(labels, row * 2);
                seriesOfRow = Arrays.copyOf(seriesOfRow, row * 2);
            }
            if (own != null) {
                labels[row] = own;
                labelsTo = row + 1;
            }
            seriesOfRow[row] = series;
            rows = row + 1;
        }

        /// Asked for by the sink: of rows without a reference, or whose reference has gone stale.
        private Labels labelsOfRow(int row) {
            Labels known = labels[row];
            if (known != null) {
                return known;
            }
            // Stale: read the series again.
            reader.series(seriesOfRow[row]);
            Labels found = reader.labels();
            for (int other = row; other < rows && seriesOfRow[other] == seriesOfRow[row]; other++) {
                labels[other] = found;
            }
            labelsTo = rows;
            return found;
        }

        private Appended append(OnReject onReject) {
            Appended appended = sink.append(batch, onReject);
            long[] hashes = reader.hashes();
            for (int row = 0; row < labelsTo; row++) {
                if (labels[row] != null && batch.references()[row] != 0) {
                    int of = seriesOfRow[row];
                    references.put(hashes[2 * of], hashes[2 * of + 1], batch.references()[row]);
                }
            }
            return appended;
        }

        private Outcome append1() {
            if (!problems.isEmpty()) {
                return new Outcome(400, problems.getFirst(), 0, 0, 0);
            }
            if (rows == 0) {
                return new Outcome(204, "", 0, 0, 0);
            }
            Appended appended;
            try {
                appended = append(OnReject.ROLL_BACK_ALL);
            } catch (ApiException e) {
                return new Outcome(e.error() == ApiError.UNAVAILABLE ? 503 : 500, e.text(), 0, 0, 0);
            }
            if (appended.rolledBack()) {
                Rejected first = appended.rejected().getFirst();
                return new Outcome(first.reason() == RejectReason.LIMIT ? 500 : 400, first.text(), 0, 0, 0);
            }
            return new Outcome(204, "", 0, 0, 0);
        }

        private Outcome append2() {
            int histograms = 0;
            int floats = 0;
            for (int row = 0; row < rows; row++) {
                if (batch.histogram(row) != null) {
                    histograms++;
                } else {
                    floats++;
                }
            }
            Appended appended;
            try {
                appended = append(OnReject.KEEP_REST);
            } catch (ApiException e) {
                return new Outcome(e.error() == ApiError.UNAVAILABLE ? 503 : 500, e.text(), 0, 0, 0);
            }
            for (Rejected rejected : appended.rejected()) {
                problems.add(rejected.text() + " for series " + rejected.firstSeries()
                        + (rejected.count() > 1 ? ", and " + (rejected.count() - 1) + " more" : ""));
            }
            for (Rejected rejected : appended.rejectedExemplars()) {
                if (rejected.reason() == RejectReason.OUT_OF_ORDER) {
                    problems.add(rejected.text() + " for series " + rejected.firstSeries());
                }
            }
            int lost = rows - appended.stored();
            // rejected rows of a mixed batch are counted as floats first: the port tells no kinds
            int lostFloats = Math.min(lost, floats);
            return new Outcome(
                    problems.isEmpty() ? 204 : 400,
                    String.join("\n", problems),
                    floats - lostFloats,
                    histograms - (lost - lostFloats),
                    appended.exemplarsStored());
        }
    }
}
