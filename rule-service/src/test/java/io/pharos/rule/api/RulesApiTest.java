package io.pharos.rule.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.PromqlParser;
import io.pharos.rule.group.GroupSpec;
import io.pharos.rule.group.RuleFiles;
import io.pharos.rule.group.RuleGroups;
import io.pharos.rule.group.RulePorts;
import io.pharos.rule.group.RuleSettings;
import io.pharos.rule.group.TemplateTexts;
import io.pharos.rule.send.Alertmanagers;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class RulesApiTest {
    private static final String RULES = """
            groups:
            - name: g
              interval: 20ms
              rules:
              - {record: r, expr: "vector( 1 )", labels: {a: "", b: x}}
              - {alert: A, expr: "vector(1)", labels: {k: "{{ $value }}"}, annotations: {e: "", f: "<x> {{ $labels.job }}"}}
            - name: second
              interval: 1h
              limit: 7
              rules:
              - {alert: B, expr: "vector(1) > 5", for: 1h, keep_firing_for: 5m}
            """;

    private static final class One implements QueryEvaluator {
        @Override
        public QueryResult instant(String expression, long atMs) {
            return new QueryResult(
                    new QueryResult.Vector(List.of(new QueryResult.Element(Labels.of("job", "j"), atMs, 1, null))),
                    List.of(),
                    List.of());
        }

        @Override
        public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
            throw new UnsupportedOperationException();
        }
    }

    private final QueryEvaluator evaluator = new One();
    private final RuleGroups groups = new RuleGroups(
            new RulePorts(
                    evaluator,
                    (batch, onReject) -> new SampleSink.Appended(batch.size(), false, List.of(), 0, List.of()),
                    alerts -> {},
                    InstantSource.system(),
                    new SimpleMeterRegistry()),
            new RuleSettings(
                    "http://p",
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Duration.ofMinutes(10),
                    0,
                    Duration.ofMinutes(5)));
    private final DisposableServer server = HttpServer.create()
            .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
            .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(RulesApi.routes(
                    new WebApi(".*"),
                    groups,
                    () -> new Alertmanagers(List.of("http://am/api/v2/alerts"), List.of()),
                    new PromqlParser(FeatureFlags.NONE)))))
            .bindNow();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        var parser = new PromqlParser(FeatureFlags.NONE);
        var errors = new ArrayList<String>();
        List<GroupSpec> specs = new RuleFiles(parser, Duration.ofMinutes(1), Duration.ZERO)
                .groups(List.of(new ConfigLoader().rules("f.yml", RULES)), errors);
        assertThat(errors).isEmpty();
        groups.apply(specs, new TemplateTexts(specs, Labels.EMPTY, "http://p", evaluator));
        groups.start();
        Instant deadline = Instant.now().plusSeconds(10);
        while (groups.status().getFirst().rules().get(1).alerts().isEmpty()) {
            assertThat(Instant.now()).as("alert A fires").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        groups.close();
        client.close();
        server.disposeNow();
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path.replace("[]", "%5B%5D"));
        String body = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
        return body.replaceAll("\"evaluationTime\":[0-9.e-]+", "\"evaluationTime\":0")
                .replaceAll("\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"", "\"T\"");
    }

    private static final String ALERT =
            "{\"labels\":{\"alertname\":\"A\",\"job\":\"j\",\"k\":\"1\"},\"annotations\":{\"e\":\"\","
                    + "\"f\":\"<x> j\"},\"state\":\"firing\",\"activeAt\":\"T\",\"value\":\"1e+00\"}";

    private static final String FIRST =
            "{\"name\":\"g\",\"file\":\"f.yml\",\"rules\":[{\"name\":\"r\",\"query\":\"vector(1)\","
                    + "\"labels\":{\"a\":\"\",\"b\":\"x\"},\"health\":\"ok\",\"evaluationTime\":0,\"lastEvaluation\":\"T\","
                    + "\"type\":\"recording\"},{\"state\":\"firing\",\"name\":\"A\",\"query\":\"vector(1)\",\"duration\":0,"
                    + "\"keepFiringFor\":0,\"labels\":{\"k\":\"{{ $value }}\"},\"annotations\":{\"e\":\"\","
                    + "\"f\":\"<x> {{ $labels.job }}\"},\"alerts\":[" + ALERT
                    + "],\"health\":\"ok\",\"evaluationTime\":0,"
                    + "\"lastEvaluation\":\"T\",\"type\":\"alerting\"}],\"interval\":0.02,\"limit\":0,\"evaluationTime\":0,"
                    + "\"lastEvaluation\":\"T\"}";

    private static final String SECOND =
            "{\"name\":\"second\",\"file\":\"f.yml\",\"rules\":[{\"state\":\"unknown\",\"name\":\"B\","
                    + "\"query\":\"vector(1) > 5\",\"duration\":3600,\"keepFiringFor\":300,\"labels\":{},\"annotations\":{},"
                    + "\"alerts\":[],\"health\":\"unknown\",\"evaluationTime\":0,\"lastEvaluation\":\"T\",\"type\":\"alerting\"}],"
                    + "\"interval\":3600,\"limit\":7,\"evaluationTime\":0,\"lastEvaluation\":\"T\"}";

    private static String answer(String... shown) {
        return "{\"status\":\"success\",\"data\":{\"groups\":[" + String.join(",", shown) + "]}}";
    }

    @Test
    void rulesAreShownWithTheirStates() throws Exception {
        assertThat(get("/api/v1/rules").replace("\\u003e", ">")).isEqualTo(answer(FIRST, SECOND));
    }

    @Test
    void filtersLeaveOutRulesAndEmptyGroups() throws Exception {
        assertThat(get("/api/v1/rules?rule_group[]=second").replace("\\u003e", ">"))
                .isEqualTo(answer(SECOND));
        assertThat(get("/api/v1/rules?type=record")).contains("\"r\"").doesNotContain("alerting");
        assertThat(get("/api/v1/rules?rule_name[]=none")).isEqualTo(answer());
        assertThat(get("/api/v1/rules?file[]=other.yml")).isEqualTo(answer());
        assertThat(get("/api/v1/rules?match[]=%7Bb=%22x%22%7D"))
                .contains("\"r\"")
                .doesNotContain("alerting");
        assertThat(get("/api/v1/rules?exclude_alerts=true")).contains("\"alerts\":null");
    }

    @Test
    void groupsComeInPages() throws Exception {
        String first = get("/api/v1/rules?group_limit=1");
        assertThat(first).contains("\"name\":\"g\"").doesNotContain("second");
        String token = first.replaceAll(".*\"groupNextToken\":\"([0-9a-f]{64})\".*", "$1");
        assertThat(get("/api/v1/rules?group_limit=1&group_next_token=" + token))
                .contains("second")
                .doesNotContain("groupNextToken");
    }

    @Test
    void badParametersAreToldAsPrometheusTellsThem() throws Exception {
        assertThat(get("/api/v1/rules?type=x"))
                .contains("invalid parameter \\\"type\\\": not supported value \\\"x\\\"");
        assertThat(get("/api/v1/rules?exclude_alerts=zz"))
                .contains("error converting exclude_alerts: strconv.ParseBool: parsing \\\"zz\\\": invalid syntax");
        assertThat(get("/api/v1/rules?group_limit=0")).contains("group_limit needs to be greater than 0");
        assertThat(get("/api/v1/rules?group_limit=a"))
                .contains(
                        "group_limit needs to be a valid number: strconv.ParseInt: parsing \\\"a\\\": invalid syntax");
        assertThat(get("/api/v1/rules?group_next_token=x"))
                .contains("group_limit needs to be present in order to paginate over the groups");
        assertThat(get("/api/v1/rules?group_limit=1&group_next_token=x"))
                .contains("invalid group_next_token 'x'. were rule groups changed?");
        assertThat(get("/api/v1/rules?match[]=%7B%7D")).contains("match[] must contain at least one non-empty matcher");
    }

    @Test
    void alertsAndAlertmanagersAreListed() throws Exception {
        assertThat(get("/api/v1/alerts")).isEqualTo("{\"status\":\"success\",\"data\":{\"alerts\":[" + ALERT + "]}}");
        assertThat(get("/api/v1/alertmanagers"))
                .isEqualTo("{\"status\":\"success\",\"data\":{\"activeAlertmanagers\":"
                        + "[{\"url\":\"http://am/api/v2/alerts\"}],\"droppedAlertmanagers\":[]}}");
    }
}
