package io.pharos.runtime.remote;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import java.util.ArrayList;
import java.util.List;

/// Batches of samples and what became of them, in bytes.
final class BatchBytes {
    private BatchBytes() {}

    /// Labels go with every row, those of the row before as one byte: references mean nothing to another node.
    static byte[] write(SampleBatch batch, Labels[] labelsOfRows, SampleSink.OnReject onReject) {
        ByteWriter out = PortBytes.begin();
        out.u8(onReject.ordinal());
        out.uvarint(batch.size());
        Labels before = Labels.EMPTY;
        long timeBefore = 0;
        for (int row = 0; row < batch.size(); row++) {
            Labels labels = labelsOfRows[row];
            boolean same = row > 0 && labels.equals(before);
            NativeHistogram histogram = batch.histogram(row);
            long start = batch.starts()[row];
            out.u8((same ? 1 : 0) | (histogram == null ? 0 : 2) | (start == 0 ? 0 : 4));
            if (!same) {
                PortBytes.labels(out, labels);
            }
            out.varint(batch.times()[row] - timeBefore);
            if (histogram == null) {
                PortBytes.real(out, batch.values()[row]);
            } else {
                PortBytes.histogram(out, histogram);
            }
            if (start != 0) {
                out.varint(start);
            }
            before = labels;
            timeBefore = batch.times()[row];
        }
        out.uvarint(batch.exemplars().size());
        batch.exemplars().forEach(exemplar -> {
            out.uvarint(exemplar.row());
            PortBytes.exemplar(out, exemplar.exemplar());
        });
        out.uvarint(batch.metadata().size());
        batch.metadata().forEach(row -> {
            PortBytes.text(out, row.metric());
            out.u8(row.metadata().type().ordinal());
            PortBytes.text(out, row.metadata().unit());
            PortBytes.text(out, row.metadata().help());
        });
        return out.toBytes();
    }

    /// A batch that came, and what it asks for.
    record Received(SampleBatch batch, SampleSink.OnReject onReject) {}

    static Received read(byte[] bytes) {
        ByteReader in = PortBytes.open(bytes);
        SampleSink.OnReject onReject = PortBytes.constant(SampleSink.OnReject.values(), in);
        int rows = PortBytes.length(in);
        var labels = new ArrayList<Labels>(rows);
        var batch = new SampleBatch();
        batch.reset(labels::get);
        Labels current = Labels.EMPTY;
        long time = 0;
        for (int row = 0; row < rows; row++) {
            int flags = in.u8();
            current = (flags & 1) != 0 ? current : PortBytes.labels(in);
            labels.add(current);
            time += in.varint();
            if ((flags & 2) == 0) {
                batch.addFloat(0, time, PortBytes.real(in));
            } else {
                batch.addHistogram(0, time, PortBytes.histogram(in));
            }
            if ((flags & 4) != 0) {
                batch.setStart(row, in.varint());
            }
        }
        int exemplars = PortBytes.length(in);
        for (int i = 0; i < exemplars; i++) {
            int row = in.size(rows);
            batch.addExemplar(row, PortBytes.exemplar(in));
        }
        int metadata = PortBytes.length(in);
        for (int i = 0; i < metadata; i++) {
            String metric = PortBytes.text(in);
            MetricType type = PortBytes.constant(MetricType.values(), in);
            batch.addMetadata(metric, new MetricMetadata(type, PortBytes.text(in), PortBytes.text(in)));
        }
        return new Received(batch, onReject);
    }

    static byte[] write(SampleSink.Appended appended) {
        var out = new ByteWriter(64);
        out.uvarint(appended.stored());
        out.u8(appended.rolledBack() ? 1 : 0);
        rejected(out, appended.rejected());
        out.uvarint(appended.exemplarsStored());
        rejected(out, appended.rejectedExemplars());
        return out.toBytes();
    }

    static SampleSink.Appended appended(byte[] bytes) {
        var in = new ByteReader(bytes);
        return new SampleSink.Appended(
                in.size(Integer.MAX_VALUE), in.u8() == 1, rejected(in), in.size(Integer.MAX_VALUE), rejected(in));
    }

    private static void rejected(ByteWriter out, List<SampleSink.Rejected> all) {
        out.uvarint(all.size());
        for (SampleSink.Rejected rejected : all) {
            out.u8(rejected.reason().ordinal());
            out.uvarint(rejected.count());
            PortBytes.labels(out, rejected.firstSeries());
            out.varint(rejected.firstMs());
            PortBytes.text(out, rejected.text());
        }
    }

    private static List<SampleSink.Rejected> rejected(ByteReader in) {
        int n = PortBytes.length(in);
        var all = new ArrayList<SampleSink.Rejected>(n);
        for (int i = 0; i < n; i++) {
            all.add(new SampleSink.Rejected(
                    PortBytes.constant(RejectReason.values(), in),
                    in.size(Integer.MAX_VALUE),
                    PortBytes.labels(in),
                    in.varint(),
                    PortBytes.text(in)));
        }
        return all;
    }
}
