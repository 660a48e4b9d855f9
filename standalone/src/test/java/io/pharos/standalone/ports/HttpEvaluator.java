package io.pharos.standalone.ports;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.text.GoText;
import io.pharos.query.QueryEngine;
import io.pharos.query.api.QueryRoutes;
import io.pharos.runtime.web.DirectRouter;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks an engine through the HTTP API, in turn by GET and by a posted form. The API shows a histogram's buckets, not
/// its schema: of histograms, count, sum and buckets are held against those of the engine, which are then returned.
final class HttpEvaluator implements QueryEvaluator, AutoCloseable {
    private final QueryEngine engine;
    private final DisposableServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private boolean posts;

    HttpEvaluator(QueryEngine engine, SeriesSource source, FeatureFlags flags) {
        this.engine = engine;
        var routes = (DirectRouter)
                new QueryRoutes(engine, source, flags, InstantSource.system(), 300_000, 100, () -> Labels.EMPTY)
                        .router(new WebApi(".*"));
        server = HttpServer.create()
                .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
                .handle((in, out) -> Objects.requireNonNull(
                        routes.serve(in.uri().split("\\?", 2)[0], in, out, (pattern, status, nanos) -> {})))
                .bindNow();
    }

    @Override
    public QueryResult instant(String expression, long atMs) {
        return ask(
                "/api/v1/query",
                Map.of("query", expression, "time", seconds(atMs)),
                () -> engine.instant(expression, atMs));
    }

    @Override
    public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
        var parameters =
                Map.of("query", expression, "start", seconds(startMs), "end", seconds(endMs), "step", seconds(stepMs));
        return ask("/api/v1/query_range", parameters, () -> engine.range(expression, startMs, endMs, stepMs));
    }

    private static String seconds(long ms) {
        return (ms < 0 ? "-" : "") + String.format(Locale.ROOT, "%d.%03d", Math.abs(ms) / 1000, Math.abs(ms) % 1000);
    }

    private interface Direct {
        QueryResult ask();
    }

    private QueryResult ask(String path, Map<String, String> parameters, Direct direct) {
        JsonNode answer = send(path, parameters);
        if (!answer.path("status").asString().equals("success")) {
            String type = answer.path("errorType").asString();
            String text = answer.path("error").asString();
            throw new ApiException(
                    ApiError.valueOf(type.toUpperCase(Locale.ROOT)), text.replace("invalid parameter \"query\": ", ""));
        }
        QueryResult expected = direct.ask();
        return new QueryResult(
                value(answer.path("data"), expected.value()),
                notes(answer.path("warnings"), expected.warnings()),
                notes(answer.path("infos"), expected.infos()));
    }

    private JsonNode send(String path, Map<String, String> parameters) {
        var form = new StringBuilder();
        new TreeMap<>(parameters).forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        String base = "http://127.0.0.1:" + server.port() + path;
        posts = !posts;
        HttpRequest request = posts
                ? HttpRequest.newBuilder(URI.create(base))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                        .build()
                : HttpRequest.newBuilder(URI.create(base + "?" + form)).build();
        try {
            return json.readTree(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The API shows ten notes, and then how many more there are.
    private static List<String> notes(JsonNode shown, List<String> expected) {
        var notes = new ArrayList<String>();
        shown.forEach(note -> notes.add(note.asString()));
        return expected.size() > 10 ? expected : notes;
    }

    private static QueryResult.Value value(JsonNode data, QueryResult.Value expected) {
        JsonNode result = data.path("result");
        return switch (data.path("resultType").asString()) {
            case "scalar" -> new QueryResult.Scalar(ms(result.path(0)), number(result.path(1)));
            case "string" ->
                new QueryResult.Text(ms(result.path(0)), result.path(1).asString());
            case "vector" -> vector(result, (QueryResult.Vector) expected);
            case "matrix" -> matrix(result, (QueryResult.Matrix) expected);
            default -> throw new IllegalStateException("no result type in " + data);
        };
    }

    private static QueryResult.Vector vector(JsonNode result, QueryResult.Vector expected) {
        var elements = new ArrayList<QueryResult.Element>();
        for (int i = 0; i < result.size(); i++) {
            JsonNode of = result.path(i);
            JsonNode histogram = of.path("histogram");
            boolean isFloat = histogram.isMissingNode();
            JsonNode sample = isFloat ? of.path("value") : histogram;
            elements.add(new QueryResult.Element(
                    labels(of),
                    ms(sample.path(0)),
                    isFloat ? number(sample.path(1)) : 0,
                    isFloat
                            ? null
                            : histogram(
                                    sample.path(1), expected.elements().get(i).histogram())));
        }
        return new QueryResult.Vector(elements);
    }

    private static QueryResult.Matrix matrix(JsonNode result, QueryResult.Matrix expected) {
        var all = new ArrayList<QueryResult.Series>();
        for (int i = 0; i < result.size(); i++) {
            JsonNode floats = result.path(i).path("values");
            JsonNode histograms = result.path(i).path("histograms");
            var times = new long[floats.size()];
            var values = new double[floats.size()];
            for (int k = 0; k < values.length; k++) {
                times[k] = ms(floats.path(k).path(0));
                values[k] = number(floats.path(k).path(1));
            }
            var histogramTimes = new long[histograms.size()];
            var found = new FloatHistogram[histograms.size()];
            for (int k = 0; k < found.length; k++) {
                histogramTimes[k] = ms(histograms.path(k).path(0));
                found[k] = histogram(
                        histograms.path(k).path(1), expected.series().get(i).histograms()[k]);
            }
            all.add(new QueryResult.Series(labels(result.path(i)), times, values, histogramTimes, found));
        }
        return new QueryResult.Matrix(all);
    }

    private static Labels labels(JsonNode series) {
        var labels = new TreeMap<String, String>();
        series.path("metric")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
        return Labels.of(labels);
    }

    private static long ms(JsonNode seconds) {
        return Math.round(seconds.asDouble() * 1000);
    }

    private static double number(JsonNode text) {
        return GoText.parseFloat(text.asString());
    }

    /// What the engine has, if the API shows the same.
    private static FloatHistogram histogram(JsonNode shown, FloatHistogram expected) {
        double inBuckets = 0;
        for (JsonNode bucket : shown.path("buckets")) {
            inBuckets += number(bucket.path(3));
        }
        double total = expected.zeroCount();
        for (double count : expected.positive()) {
            total += count;
        }
        for (double count : expected.negative()) {
            total += count;
        }
        if (!isNear(number(shown.path("count")), expected.count())
                || !isNear(number(shown.path("sum")), expected.sum())
                || !isNear(inBuckets, total)) {
            throw new IllegalStateException("the API shows " + shown + " for " + expected);
        }
        return expected;
    }

    private static boolean isNear(double a, double b) {
        return Double.compare(a, b) == 0 || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
