package io.pharos.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.text.GoText;
import io.pharos.testkit.MemoryStore;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks a real Prometheus and our engine the same random questions over the same data. A tool for people: it runs where
/// `prometheus.bin` names the folder of `prometheus` and `promtool`. `seed` and `queries` choose what is asked.
@EnabledIfSystemProperty(named = "prometheus.bin", matches = ".+")
class PrometheusDifferenceTest {
    private static final long BASE = 1_700_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final String FEATURES =
            "promql-experimental-functions" + (Boolean.getBoolean("delayed") ? ",promql-delayed-name-removal" : "");

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void randomExpressionsHaveTheSameAnswer() throws Exception {
        long seed = Long.getLong("seed", 1);
        int queries = Integer.getInteger("queries", 300);
        var random = new Random(seed);
        var store = new MemoryStore();
        Path bin = Path.of(System.getProperty("prometheus.bin"));
        fill(random, store);
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process prometheus = start(bin, port);
        var differences = new ArrayList<String>();
        int answered = 0;
        try (var engine = new QueryEngine(
                store, FeatureFlags.parse(List.of(FEATURES)), QueryLimits.DEFAULT, InstantSource.system())) {
            waitUntilReady(port);
            var expressions = new RandomExpressions(random);
            for (int i = 0; i < queries; i++) {
                String expression = expressions.next();
                String difference = difference(engine, port, expression, random);
                if (difference == null) {
                    answered++;
                } else {
                    differences.add(expression + "\n    " + difference);
                }
            }
        } finally {
            prometheus.destroy();
            prometheus.waitFor(10, TimeUnit.SECONDS);
        }
        differences.forEach(System.out::println);
        System.out.println(answered + " of " + queries + " equal, seed " + seed);
        assertThat(differences).isEmpty();
    }

    private Process start(Path bin, int port) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
        return new ProcessBuilder(
                        bin.resolve("prometheus").toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--storage.tsdb.retention.time=100y",
                        "--web.listen-address=127.0.0.1:" + port,
                        "--enable-feature=" + FEATURES)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void waitUntilReady(int port) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> answer = get("http://127.0.0.1:" + port + "/-/ready");
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        throw new IllegalStateException(
                "prometheus is not ready: " + last + "\n" + Files.readString(folder.resolve("log")));
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Two hours of samples every 15 s: counters with resets, gauges with odd values, classic histograms; gaps.
    private void fill(Random random, MemoryStore store) throws Exception {
        var text = new StringBuilder();
        var batch = new SampleBatch();
        for (String metric : List.of("requests_total", "temperature", "latency_bucket", "target_info")) {
            text.append("# TYPE ")
                    .append(metric.replace("_total", "").replace("_bucket", ""))
                    .append(
                            metric.endsWith("total")
                                    ? " counter\n"
                                    : metric.endsWith("bucket") ? " histogram\n" : " gauge\n");
            for (int i = 0; i < 6; i++) {
                List<String> bounds =
                        metric.equals("latency_bucket") ? List.of("0.1", "0.5", "1.0", "5.0", "+Inf") : List.of("");
                for (String bound : bounds) {
                    var labels =
                            new ArrayList<>(List.of("__name__", metric, "job", "j" + i % 2, "instance", "i" + i / 2));
                    if (!bound.isEmpty()) {
                        labels.addAll(List.of("le", bound));
                    }
                    if (metric.equals("target_info")) {
                        labels.addAll(List.of("version", "v" + i % 3));
                    }
                    series(
                            random,
                            Labels.of(labels.toArray(String[]::new)),
                            metric,
                            bounds.indexOf(bound),
                            text,
                            store,
                            batch);
                }
            }
        }
        text.append("# EOF\n");
        Path dump = Files.writeString(folder.resolve("dump"), text);
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("prometheus.bin"), "promtool")
                                .toString(),
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        "--quiet",
                        dump.toString(),
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("promtool").toFile())
                .start();
        if (made.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(folder.resolve("promtool")));
        }
    }

    private static void series(
            Random random,
            Labels labels,
            String metric,
            int bucket,
            StringBuilder text,
            MemoryStore store,
            SampleBatch batch) {
        batch.reset(_ -> labels);
        double value = 0;
        boolean counter = !metric.equals("temperature");
        boolean gap = false;
        for (int i = 0; i < 480; i++) {
            if (random.nextInt(gap ? 20 : 60) == 0) {
                gap = !gap;
            }
            if (metric.equals("target_info")) {
                value = 1;
            } else if (counter) {
                value = random.nextInt(150) == 0 ? 0 : value + random.nextInt(5 + 3 * bucket + 1);
            } else {
                value = switch (random.nextInt(80)) {
                    case 0 -> Double.NaN;
                    case 1 -> Double.POSITIVE_INFINITY;
                    case 2 -> -0.0;
                    default -> Math.round(random.nextGaussian() * 1000) / 10.0;
                };
            }
            if (gap) {
                continue;
            }
            long ms = BASE + i * 15_000L + (metric.hashCode() & 0x3ff);
            batch.addFloat(0, ms, value);
            text.append(metric).append('{');
            String comma = "";
            for (Label label : labels) {
                if (!label.name().equals("__name__")) {
                    text.append(comma)
                            .append(label.name())
                            .append("=\"")
                            .append(label.value())
                            .append('"');
                    comma = ",";
                }
            }
            text.append("} ")
                    .append(GoText.plain(value))
                    .append(' ')
                    .append(ms / 1000.0)
                    .append('\n');
        }
        store.append(batch, SampleSink.OnReject.KEEP_REST);
    }

    private @Nullable String difference(QueryEngine engine, int port, String expression, Random random)
            throws Exception {
        long at = BASE + 20 * MINUTE + random.nextInt(80) * MINUTE + random.nextInt(1000);
        String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        String instant = compare(
                json.readTree(get("http://127.0.0.1:" + port + "/api/v1/query?query=" + query + "&time=" + at / 1000.0)
                        .body()),
                () -> engine.run(QueryRequest.instant(expression, at)).result());
        if (instant != null) {
            return "at " + at + ": " + instant;
        }
        long step = (1 + random.nextInt(5)) * MINUTE;
        long end = at + 10 * step;
        String range = compare(
                json.readTree(get("http://127.0.0.1:" + port + "/api/v1/query_range?query=" + query + "&start="
                                + at / 1000.0 + "&end=" + end / 1000.0 + "&step=" + step / 1000)
                        .body()),
                () -> engine.run(QueryRequest.range(expression, at, end, step)).result());
        return range == null ? null : "from " + at + " to " + end + " by " + step + ": " + range;
    }

    private interface Ask {
        QueryResult ask();
    }

    private @Nullable String compare(JsonNode theirs, Ask ask) {
        QueryResult ours;
        try {
            ours = ask.ask();
        } catch (ApiException e) {
            if (theirs.path("status").asString().equals("success")) {
                return "we fail with " + e.text();
            }
            String text = theirs.path("error").asString().replace("invalid parameter \"query\": ", "");
            // Releases before 3.14 name the two series in any order.
            boolean duplicates = text.startsWith("found duplicate series for the match group");
            return duplicates && e.text().startsWith("found duplicate series") || text.equals(e.text())
                    ? null
                    : "error " + text + "\n    ours  " + e.text();
        }
        if (!theirs.path("status").asString().equals("success")) {
            return "they fail with " + theirs.path("error").asString();
        }
        String notes = notes("warnings", theirs, ours.warnings());
        if (notes == null) {
            notes = notes("infos", theirs, ours.infos());
        }
        if (notes != null) {
            return notes;
        }
        JsonNode data = theirs.path("data");
        return switch (ours.value()) {
            case QueryResult.Scalar s -> sample(data.path("result"), s.atMs(), s.value());
            case QueryResult.Text t -> null;
            case QueryResult.Vector v -> vector(data.path("result"), v);
            case QueryResult.Matrix m -> matrix(data.path("result"), m);
        };
    }

    private static @Nullable String notes(String kind, JsonNode theirs, List<String> ours) {
        var list = new ArrayList<String>();
        theirs.path(kind).forEach(node -> list.add(node.asString()));
        var ourList = new ArrayList<>(ours);
        // What it says has changed from release to release.
        list.removeIf(note -> note.contains("needed to be fixed for monotonicity"));
        ourList.removeIf(note -> note.contains("needed to be fixed for monotonicity"));
        list.sort(null);
        ourList.sort(null);
        return list.equals(ourList) || list.size() > 9 ? null : kind + " " + list + "\n    ours " + ourList;
    }

    private static Map<String, JsonNode> bySeries(JsonNode result) {
        var map = new TreeMap<String, JsonNode>();
        result.forEach(node -> {
            var labels = new TreeMap<String, String>();
            node.path("metric")
                    .properties()
                    .forEach(e -> labels.put(e.getKey(), e.getValue().asString()));
            map.put(Labels.of(labels).toString(), node);
        });
        return map;
    }

    private static @Nullable String vector(JsonNode result, QueryResult.Vector ours) {
        Map<String, JsonNode> theirs = bySeries(result);
        var order = new ArrayList<String>();
        for (QueryResult.Element e : ours.elements()) {
            JsonNode node = theirs.remove(e.labels().toString());
            if (node == null) {
                return "ours alone: " + e.labels() + " " + e.value();
            }
            String difference = sample(node.path("value"), e.atMs(), e.value());
            if (difference != null) {
                return e.labels() + " " + difference;
            }
            order.add(e.labels().toString());
        }
        return theirs.isEmpty() ? null : "theirs alone: " + theirs;
    }

    private static @Nullable String matrix(JsonNode result, QueryResult.Matrix ours) {
        Map<String, JsonNode> theirs = bySeries(result);
        for (QueryResult.Series s : ours.series()) {
            JsonNode node = theirs.remove(s.labels().toString());
            if (node == null) {
                return "ours alone: " + s.labels() + " " + Arrays.toString(s.values());
            }
            JsonNode values = node.path("values");
            if (values.size() != s.times().length) {
                return s.labels() + " theirs " + values + "\n    ours " + Arrays.toString(s.times())
                        + Arrays.toString(s.values());
            }
            for (int i = 0; i < values.size(); i++) {
                String difference = sample(values.get(i), s.times()[i], s.values()[i]);
                if (difference != null) {
                    return s.labels() + " " + difference;
                }
            }
        }
        return theirs.isEmpty() ? null : "theirs alone: " + theirs;
    }

    private static @Nullable String sample(JsonNode pair, long atMs, double value) {
        double theirs = GoText.parseFloat(pair.get(1).asString());
        long theirMs = Math.round(pair.get(0).asDouble() * 1000);
        boolean same = Double.isNaN(theirs)
                ? Double.isNaN(value)
                : theirs == value || Math.abs(theirs - value) <= 1e-11 * Math.max(Math.abs(theirs), Math.abs(value));
        return same && theirMs == atMs ? null : "theirs " + theirs + " @ " + theirMs + ", ours " + value + " @ " + atMs;
    }
}
