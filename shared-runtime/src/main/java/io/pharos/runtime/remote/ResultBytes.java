package io.pharos.runtime.remote;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import java.util.ArrayList;
import java.util.List;

/// Queries and their results, in bytes.
final class ResultBytes {
    private ResultBytes() {}

    /// A query; a step of 0 asks for one time.
    record Query(String expression, long startMs, long endMs, long stepMs) {}

    static byte[] write(Query query) {
        ByteWriter out = PortBytes.begin();
        PortBytes.text(out, query.expression());
        out.varint(query.startMs());
        out.varint(query.endMs());
        out.varint(query.stepMs());
        return out.toBytes();
    }

    static Query query(byte[] bytes) {
        ByteReader in = PortBytes.open(bytes);
        return new Query(PortBytes.text(in), in.varint(), in.varint(), in.varint());
    }

    static byte[] write(QueryResult result) {
        var out = new ByteWriter(4096);
        PortBytes.texts(out, result.warnings());
        PortBytes.texts(out, result.infos());
        switch (result.value()) {
            case QueryResult.Scalar(long atMs, double value) -> {
                out.u8(0);
                out.varint(atMs);
                PortBytes.real(out, value);
            }
            case QueryResult.Text(long atMs, String value) -> {
                out.u8(1);
                out.varint(atMs);
                PortBytes.text(out, value);
            }
            case QueryResult.Vector(List<QueryResult.Element> elements) -> {
                out.u8(2);
                out.uvarint(elements.size());
                for (QueryResult.Element element : elements) {
                    PortBytes.labels(out, element.labels());
                    out.varint(element.atMs());
                    FloatHistogram histogram = element.histogram();
                    out.u8(histogram == null ? 0 : 1);
                    if (histogram == null) {
                        PortBytes.real(out, element.value());
                    } else {
                        PortBytes.histogram(out, histogram);
                    }
                }
            }
            case QueryResult.Matrix(List<QueryResult.Series> series) -> {
                out.u8(3);
                out.uvarint(series.size());
                series.forEach(one -> series(out, one));
            }
        }
        return out.toBytes();
    }

    private static void series(ByteWriter out, QueryResult.Series series) {
        PortBytes.labels(out, series.labels());
        out.uvarint(series.times().length);
        for (int i = 0; i < series.times().length; i++) {
            out.varint(series.times()[i]);
            PortBytes.real(out, series.values()[i]);
        }
        out.uvarint(series.histogramTimes().length);
        for (int i = 0; i < series.histogramTimes().length; i++) {
            out.varint(series.histogramTimes()[i]);
            PortBytes.histogram(out, series.histograms()[i]);
        }
    }

    static QueryResult result(byte[] bytes) {
        var in = new ByteReader(bytes);
        List<String> warnings = PortBytes.texts(in);
        List<String> infos = PortBytes.texts(in);
        QueryResult.Value value =
                switch (in.u8()) {
                    case 0 -> new QueryResult.Scalar(in.varint(), PortBytes.real(in));
                    case 1 -> new QueryResult.Text(in.varint(), PortBytes.text(in));
                    case 2 -> vector(in);
                    case 3 -> matrix(in);
                    default -> throw new CorruptChunkException("a result of no known type");
                };
        return new QueryResult(value, warnings, infos);
    }

    private static QueryResult.Vector vector(ByteReader in) {
        int n = PortBytes.length(in);
        var elements = new ArrayList<QueryResult.Element>(n);
        for (int i = 0; i < n; i++) {
            Labels labels = PortBytes.labels(in);
            long at = in.varint();
            boolean isHistogram = in.u8() == 1;
            elements.add(
                    isHistogram
                            ? new QueryResult.Element(
                                    labels, at, 0, PortBytes.histogram(in).toFloat())
                            : new QueryResult.Element(labels, at, PortBytes.real(in), null));
        }
        return new QueryResult.Vector(elements);
    }

    private static QueryResult.Matrix matrix(ByteReader in) {
        int n = PortBytes.length(in);
        var all = new ArrayList<QueryResult.Series>(n);
        for (int i = 0; i < n; i++) {
            Labels labels = PortBytes.labels(in);
            int floats = PortBytes.length(in);
            var times = new long[floats];
            var values = new double[floats];
            for (int j = 0; j < floats; j++) {
                times[j] = in.varint();
                values[j] = PortBytes.real(in);
            }
            int histograms = PortBytes.length(in);
            var histogramTimes = new long[histograms];
            var read = new FloatHistogram[histograms];
            for (int j = 0; j < histograms; j++) {
                histogramTimes[j] = in.varint();
                read[j] = PortBytes.histogram(in).toFloat();
            }
            all.add(new QueryResult.Series(labels, times, values, histogramTimes, read));
        }
        return new QueryResult.Matrix(all);
    }
}
