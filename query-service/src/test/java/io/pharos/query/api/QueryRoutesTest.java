package io.pharos.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.sample.Exemplar;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLimits;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class QueryRoutesTest {
    private static final long T = 1_700_000_000_000L;
    private static final FloatHistogram HISTOGRAM = new FloatHistogram(
            CounterResetHint.UNKNOWN,
            0,
            0.001,
            1,
            4,
            5.5,
            new BucketSpan[] {new BucketSpan(0, 2)},
            new double[] {1, 2},
            new BucketSpan[0],
            new double[0],
            new double[0]);

    private static DisposableServer server;
    private static QueryEngine engine;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void serve() {
        var source = new FixedSeries()
                .add(Labels.of("__name__", "up", "job", "a"), T, 1)
                .add(Labels.of("__name__", "up", "job", "b", "instance", "b:1"), T, 0)
                .add(Labels.of("__name__", "big", "job", "<x>"), T, 1e21)
                .add(Labels.of("__name__", "latency"), T, HISTOGRAM)
                .add(Labels.of("__name__", "quoted.name", "x y", "1"), T, 2.5)
                .exemplar(
                        Labels.of("__name__", "up", "job", "a"), new Exemplar(Labels.of("trace_id", "1"), 6, T + 500));
        InstantSource time = InstantSource.fixed(Instant.ofEpochMilli(T));
        FeatureFlags flags = FeatureFlags.parse(List.of("search-api"));
        engine = new QueryEngine(source, flags, QueryLimits.DEFAULT, time);
        var routes =
                new QueryRoutes(engine, source, flags, time, 300_000, 50, () -> Labels.of("cluster", "c", "job", "no"));
        server = HttpServer.create()
                .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes.router(new WebApi(".*")))))
                .bindNow();
    }

    @AfterAll
    static void stop() {
        server.disposeNow();
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            query?query=1&time=1.5                 | {"resultType":"scalar","result":[1.5,"1"]}
            query?query=1e21&time=1                | {"resultType":"scalar","result":[1,"1000000000000000000000"]}
            query?query="a<b"&time=1               | {"resultType":"string","result":[1,"a\\u003cb"]}
            query?query=up{job="a"}                | {"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1700000000,"1"]}]}
            query?query=big                        | {"resultType":"vector","result":[{"metric":{"__name__":"big","job":"<x>"},"value":[1700000000,"1e+21"]}]}
            query?query=nothing                    | {"resultType":"vector","result":[]}
            query?query=latency                    | {"resultType":"vector","result":[{"metric":{"__name__":"latency"},"histogram":[1700000000,{"count":"4","sum":"5.5","buckets":[[3,"-0.001","0.001","1"],[0,"0.5","1","1"],[0,"1","2","2"]]}]}]}
            query_range?query=up{job="a"}&start=1700000000&end=1700000001&step=500ms | {"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1700000000,"1"],[1700000000.500,"1"],[1700000001,"1"]]}]}
            format_query?query=a+b                 | "a + b"
            label/job/values                       | ["\\u003cx\\u003e","a","b"]
            label/U__x_20_y/values                 | ["1"]
            label/job/values?match[]=up            | ["a","b"]
            labels?match[]=latency                 | ["__name__"]
            series?match[]=up&match[]=up{job="a"}  | [{"__name__":"up","instance":"b:1","job":"b"},{"__name__":"up","job":"a"}]
            series?match[]=up&start=2&end=1        | []
            query_exemplars?query=rate(up[5m])     | [{"seriesLabels":{"__name__":"up","job":"a"},"exemplars":[{"labels":{"trace_id":"1"},"value":"6","timestamp":1700000000.500}]}]
            """)
    void dataHasPrometheusShape(String request, String data) throws Exception {
        HttpResponse<String> response = get("/api/v1/" + request);
        assertThat(response.body()).isEqualTo("{\"status\":\"success\",\"data\":" + data + "}");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            query                                  | invalid parameter "query": unknown position: parse error: no expression found in input
            query?query=up(                        | invalid parameter "query": 1:4: parse error: unclosed left parenthesis
            query?query=1&time=abc                 | invalid parameter "time": invalid time value for 'time': cannot parse "abc" to a valid timestamp
            query?query=1&limit=-1                 | invalid parameter "limit": limit must be non-negative
            query?query=1&timeout=x                | invalid parameter "timeout": cannot parse "x" to a valid duration
            query?query=1&lookback_delta=x         | error parsing lookback delta duration: cannot parse "x" to a valid duration
            query_range?query=1&start=2&end=1&step=1 | invalid parameter "end": end timestamp must not be before start time
            query_range?query=1&start=1&end=2&step=0 | invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer
            query_range?query=1&start=0&end=11001&step=1 | exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)
            query_range?query=up[5m]&start=1&end=2&step=1 | invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector
            series                                 | no match[] parameter provided
            series?match[]={}                      | invalid parameter "match[]": match[] must contain at least one non-empty matcher
            labels?match[]=(                       | 1:1: parse error: unexpected "("
            query_exemplars?query=1&start=2&end=1  | end timestamp must not be before start timestamp
            """)
    void badRequestsAreRefusedInPrometheusWords(String request, String error) throws Exception {
        HttpResponse<String> response = get("/api/v1/" + request);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + error.replace("\"", "\\\"")
                        + "\"}");
    }

    @Test
    void aTimeoutBelowAMillisecondIsOverAtOnce() throws Exception {
        HttpResponse<String> response = get("/api/v1/query?query=up&timeout=1e-9");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"errorType\":\"timeout\"");
    }

    @Test
    void aLimitCutsTheResultAndSaysSo() throws Exception {
        assertThat(get("/api/v1/query?query=up&limit=1").body())
                .contains("\"job\":\"b\"")
                .doesNotContain("\"job\":\"a\"")
                .contains("\"warnings\":[\"results truncated due to limit\"]");
        assertThat(get("/api/v1/labels?limit=1").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"__name__\"],"
                        + "\"warnings\":[\"results truncated due to limit\"]}");
    }

    @Test
    void statisticsComeWhenAskedFor() throws Exception {
        assertThat(get("/api/v1/query?query=up&stats=all").body())
                .contains("\"stats\":{\"timings\":{\"evalTotalTime\":")
                .contains("\"samples\":{\"totalQueryableSamples\":2,\"samplesRead\":2,\"peakSamples\":2}");
        assertThat(get("/api/v1/query?query=up&stats=1").body())
                .contains("value \\\"1\\\" for parameter \\\"stats\\\" is deprecated");
    }

    @Test
    void anExpressionWithoutSelectorsHasNoExemplars() throws Exception {
        assertThat(get("/api/v1/query_exemplars?query=1").statusCode()).isEqualTo(204);
    }

    @Test
    void theTreeOfAnExpressionHasPrometheusNodes() throws Exception {
        assertThat(get("/api/v1/parse_query?query=" + encode("-a[5m:1m] @ end() offset -(1m)"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/api/v1/parse_query?query=" + encode("sum by (x) (a @ 1.5) / on() group_left b"))
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"bool\":false,\"lhs\":{\"expr\":"
                        + "{\"anchored\":false,\"matchers\":[{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"a\"}],"
                        + "\"name\":\"a\",\"offset\":0,\"offsetExpr\":null,\"smoothed\":false,\"startOrEnd\":null,"
                        + "\"timestamp\":1500,\"type\":\"vectorSelector\"},\"grouping\":[\"x\"],\"op\":\"sum\","
                        + "\"param\":null,\"type\":\"aggregation\",\"without\":false},"
                        + "\"matching\":{\"card\":\"many-to-one\",\"fillValues\":{\"lhs\":null,\"rhs\":null},"
                        + "\"include\":[],\"labels\":[],\"on\":true},\"op\":\"/\",\"rhs\":"
                        + "{\"anchored\":false,\"matchers\":[{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"b\"}],"
                        + "\"name\":\"b\",\"offset\":0,\"offsetExpr\":null,\"smoothed\":false,\"startOrEnd\":null,"
                        + "\"timestamp\":null,\"type\":\"vectorSelector\"},\"type\":\"binaryExpr\"}}");
        assertThat(get("/api/v1/parse_query?query=" + encode("rate(a[1m + step()])"))
                        .body())
                .contains("\"range\":0,\"rangeExpr\":{\"lhs\":{\"duration\":true,\"type\":\"numberLiteral\","
                        + "\"val\":\"60\"},\"op\":\"+\",\"rhs\":{\"lhs\":null,\"op\":\"step\",\"rhs\":null,"
                        + "\"type\":\"durationExpr\",\"wrapped\":false},\"type\":\"durationExpr\",\"wrapped\":false}")
                .contains(
                        "\"func\":{\"argTypes\":[\"matrix\"],\"name\":\"rate\",\"returnType\":\"vector\",\"variadic\":0}");
    }

    @Test
    void federationShowsTheNewestSamplesWithExternalLabels() throws Exception {
        HttpResponse<String> response = get("/federate?match[]={__name__=~\".%2B\"}");
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
        assertThat(response.body()).isEqualTo("""
                        # TYPE big untyped
                        big{job="<x>",cluster="c",instance=""} 1e+21 1700000000000
                        # TYPE quoted_name untyped
                        quoted_name{x_y="1",cluster="c",instance="",job="no"} 2.5 1700000000000
                        # TYPE up untyped
                        up{instance="b:1",job="b",cluster="c"} 0 1700000000000
                        up{job="a",cluster="c",instance=""} 1 1700000000000
                        """);
        HttpRequest request = HttpRequest.newBuilder(uri("/federate?match[]=%7B%22quoted.name%22%7D"))
                .header("Accept", "text/plain;version=0.0.4;escaping=allow-utf-8")
                .build();
        assertThat(send(request).body())
                .isEqualTo("# TYPE \"quoted.name\" untyped\n"
                        + "{\"quoted.name\",\"x y\"=\"1\",cluster=\"c\",instance=\"\",job=\"no\"} 2.5 1700000000000\n");
        assertThat(get("/federate?match[]=(").statusCode()).isEqualTo(400);
    }

    @Test
    void federationSendsNativeHistogramsAsProtobuf() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/federate?match[]=latency"))
                .header(
                        "Accept",
                        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
                .build();
        byte[] body =
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        assertThat(body[0] & 0xFF).isGreaterThan(100);
        assertThat(new String(body, StandardCharsets.ISO_8859_1))
                .contains("latency")
                .contains("cluster");
    }

    @Test
    void searchesAnswerLineByLine() throws Exception {
        HttpResponse<String> response = get("/api/v1/search/metric_names?search[]=lat&search[]=u&sort_by=score");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson; charset=utf-8");
        assertThat(response.body())
                .isEqualTo("{\"results\":[{\"name\":\"latency\"},{\"name\":\"up\"},{\"name\":\"quoted.name\"}]}\n"
                        + "{\"status\":\"success\",\"has_more\":false}\n");
        assertThat(get("/api/v1/search/label_values?label=job&batch_size=1&limit=2")
                        .body())
                .isEqualTo("{\"results\":[{\"value\":\"\\u003cx\\u003e\"}]}\n{\"results\":[{\"value\":\"a\"}]}\n"
                        + "{\"status\":\"success\",\"has_more\":true}\n");
        assertThat(get("/api/v1/search/label_names?search[]=JOB&case_sensitive=false&include_score=true")
                        .body())
                .startsWith("{\"results\":[{\"name\":\"job\",\"score\":1}]}");
        assertThat(get("/api/v1/search/label_names?limit=51").body())
                .contains("limit 51 exceeds the configured maximum (50, see --web.search.max-limit)");
        assertThat(get("/api/v1/search/label_values").body()).contains("missing required parameter");
    }

    @Test
    void thePagesAndWhatTheyLoadAreServed() throws Exception {
        HttpResponse<String> page = get("/targets");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.body()).contains("ui/app.js");
        assertThat(get("/ui/app.js").headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        HttpResponse<String> root = get("/graph?g0.expr=up");
        assertThat(root.statusCode()).isEqualTo(302);
        assertThat(root.headers().firstValue("Location")).contains("/query?g0.expr=up");
    }

    @Test
    void whateverAPageLoadsIsServedFromHere() throws Exception {
        var wanted = new ArrayDeque<>(List.of("app.js", "style.css", "favicon.svg"));
        var seen = new HashSet<String>();
        while (!wanted.isEmpty()) {
            String file = wanted.remove();
            if (!seen.add(file)) {
                continue;
            }
            HttpResponse<String> response = get("/ui/" + file);
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            assertThat(response.body()).as(file).doesNotContain("src=\"http").doesNotContain("import(");
            Pattern.compile("from \"\\./([a-z]+\\.js)\"")
                    .matcher(response.body())
                    .results()
                    .forEach(found -> wanted.add(found.group(1)));
        }
        assertThat(seen).contains("query.js", "graph.js", "silences.js", "status.js");
    }

    @Test
    void runningQueriesAreListedAndUnknownOnesNotFound() throws Exception {
        assertThat(get("/api/pharos/v1/queries").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"queries\":[]}}");
        HttpRequest request =
                HttpRequest.newBuilder(uri("/api/pharos/v1/queries/7")).DELETE().build();
        assertThat(send(request).statusCode()).isEqualTo(404);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static URI uri(String path) {
        String encoded = path.replace("\"", "%22")
                .replace("{", "%7B")
                .replace("}", "%7D")
                .replace("<", "%3C")
                .replace("=a+b", "=a%2Bb");
        return URI.create("http://127.0.0.1:" + server.port() + encoded);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
