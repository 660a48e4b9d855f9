package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/*
 * A row holds series one after the other, in label order:
 *
 *   uvarint length, labels | uvarint exemplars | (uvarint length, labels | u64 bits of the value | varint time)*
 */
/// Exemplars as they stand in partitions.
final class ExemplarRows {
    /// Bytes after which a row ends.
    static final int ROW_BYTES = 16 << 10;

    private static final Comparator<Exemplar> BY_TIME = Comparator.comparingLong(Exemplar::atMs);

    private ExemplarRows() {}

    /// Adds exemplars of a series to others, without those that are there already, in the order of time.
    static void merge(Map<Labels, List<Exemplar>> into, Labels series, List<Exemplar> added) {
        List<Exemplar> of = into.computeIfAbsent(series, _ -> new ArrayList<>());
        of.addAll(added);
        of.sort(BY_TIME);
        for (int i = of.size() - 1; i > 0; i--) {
            for (int k = i - 1; k >= 0 && of.get(k).atMs() == of.get(i).atMs(); k--) {
                if (of.get(k).equals(of.get(i))) {
                    of.remove(i);
                    break;
                }
            }
        }
    }

    static void write(ByteWriter out, Labels series, List<Exemplar> exemplars) {
        labels(out, series);
        out.uvarint(exemplars.size());
        for (Exemplar exemplar : exemplars) {
            labels(out, exemplar.labels());
            out.u64(Double.doubleToRawLongBits(exemplar.value()));
            out.varint(exemplar.atMs());
        }
    }

    private static void labels(ByteWriter out, Labels labels) {
        out.uvarint(labels.encoded().length);
        out.raw(labels.encoded());
    }

    /// Reads a row.
    static void read(byte[] row, Map<Labels, List<Exemplar>> into) {
        var in = new ByteReader(row);
        while (in.remaining() > 0) {
            Labels series = labels(in);
            var exemplars = new ArrayList<Exemplar>();
            for (int n = in.size(in.remaining()); n > 0; n--) {
                Labels labels = labels(in);
                double value = Double.longBitsToDouble(in.u64());
                exemplars.add(new Exemplar(labels, value, in.varint()));
            }
            merge(into, series, exemplars);
        }
    }

    private static Labels labels(ByteReader in) {
        byte[] bytes = in.raw(in.size(in.remaining()));
        int texts = 0;
        for (int at = 0; at < bytes.length; texts++) {
            int start = Labels.textStart(bytes, at);
            if (start > bytes.length || Labels.textLength(bytes, at) > bytes.length - start) {
                throw new CorruptChunkException("labels that end within a text");
            }
            at = start + Labels.textLength(bytes, at);
        }
        if (texts % 2 != 0) {
            throw new CorruptChunkException("a label name without a value");
        }
        return Labels.ofEncoded(bytes);
    }
}
