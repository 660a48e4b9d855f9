package io.pharos.model.wire;

import io.pharos.model.histogram.Bucket;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.port.QueryResult;
import io.pharos.model.sample.Exemplar;
import java.util.List;

/// Query results in the JSON of Prometheus' HTTP API (`web/api/v1/json_codec.go`, `util/jsonutil` of Prometheus 3.14).
/// Stateless, thread-safe; writes samples without an object for each.
public final class ApiJson {
    private ApiJson() {}

    /// The members `resultType` and `result`, into an object that is open.
    public static void members(QueryResult.Value value, JsonWriter out) {
        switch (value) {
            case QueryResult.Scalar(long atMs, double number) -> {
                out.field("resultType", "scalar").name("result").beginArray();
                // Unlike samples, these two have their time as a float and never an exponent.
                out.number(atMs / 1000.0).plainValue(number).endArray();
            }
            case QueryResult.Text(long atMs, String text) ->
                out.field("resultType", "string")
                        .name("result")
                        .beginArray()
                        .number(atMs / 1000.0)
                        .text(text)
                        .endArray();
            case QueryResult.Vector(List<QueryResult.Element> elements) -> {
                out.field("resultType", "vector").name("result").beginArray();
                for (QueryResult.Element element : elements) {
                    element(element, out);
                }
                out.endArray();
            }
            case QueryResult.Matrix(List<QueryResult.Series> all) -> {
                out.field("resultType", "matrix").name("result").beginArray();
                for (QueryResult.Series series : all) {
                    series(series, out);
                }
                out.endArray();
            }
        }
    }

    private static void element(QueryResult.Element element, JsonWriter out) {
        out.beginObject().name("metric").labels(element.labels());
        FloatHistogram histogram = element.histogram();
        out.name(histogram == null ? "value" : "histogram").beginArray().timestamp(element.atMs());
        if (histogram == null) {
            out.value(element.value());
        } else {
            histogram(histogram, out);
        }
        out.endArray().endObject();
    }

    private static void series(QueryResult.Series series, JsonWriter out) {
        out.beginObject().name("metric").labels(series.labels());
        long[] times = series.times();
        double[] values = series.values();
        if (times.length > 0) {
            out.name("values").beginArray();
            for (int i = 0; i < times.length; i++) {
                out.beginArray().timestamp(times[i]).value(values[i]).endArray();
            }
            out.endArray();
        }
        long[] histogramTimes = series.histogramTimes();
        if (histogramTimes.length > 0) {
            out.name("histograms").beginArray();
            for (int i = 0; i < histogramTimes.length; i++) {
                out.beginArray().timestamp(histogramTimes[i]);
                histogram(series.histograms()[i], out);
                out.endArray();
            }
            out.endArray();
        }
        out.endObject();
    }

    /// `{"count":"42","sum":"1.5","buckets":[[0,"0.25","0.5","12"]]}`: populated buckets, lowest first. The
    /// first number tells which bounds belong to the bucket: 0 the upper, 1 the lower, 2 none, 3 both.
    public static void histogram(FloatHistogram histogram, JsonWriter out) {
        out.beginObject().name("count").value(histogram.count()).name("sum").value(histogram.sum());
        boolean some = false;
        for (Bucket bucket : histogram.buckets()) {
            if (bucket.count() == 0) {
                continue;
            }
            if (!some) {
                out.name("buckets").beginArray();
                some = true;
            }
            int bounds = bucket.lowerInclusive() ? bucket.upperInclusive() ? 3 : 1 : bucket.upperInclusive() ? 0 : 2;
            out.beginArray()
                    .number(bounds)
                    .value(bucket.lower())
                    .value(bucket.upper())
                    .value(bucket.count())
                    .endArray();
        }
        if (some) {
            out.endArray();
        }
        out.endObject();
    }

    /// `{"labels":{…},"value":"6","timestamp":1600096945.479}`.
    public static void exemplar(Exemplar exemplar, JsonWriter out) {
        out.beginObject()
                .name("labels")
                .labels(exemplar.labels())
                .name("value")
                .value(exemplar.value())
                .name("timestamp")
                .timestamp(exemplar.atMs())
                .endObject();
    }
}
