package io.pharos.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.alert.Alert;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.Notifier;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.model.wire.NotificationJson;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.server.Launcher;
import io.pharos.runtime.server.WebServer;
import io.pharos.testkit.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class RemotePortsTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final Histogram HISTOGRAM = new Histogram(
            CounterResetHint.NOT_RESET,
            3,
            0.001,
            2,
            9,
            12.5,
            new BucketSpan[] {new BucketSpan(-2, 2), new BucketSpan(3, 1)},
            new long[] {1, 2, -1},
            new BucketSpan[] {new BucketSpan(0, 1)},
            new long[] {1},
            new double[0]);

    @TempDir
    Path folder;

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();
    private final List<DisposableServer> servers = new ArrayList<>();
    private final HttpSender sender =
            new HttpClients("Test/1", InstantSource.system()).open("peers", HttpConfig.plain());

    @Configuration(proxyBeanMethods = false)
    static class Memory {
        @Bean
        MemoryStore memoryStore() {
            return new MemoryStore();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Engine {
        @Bean
        QueryEvaluator evaluator() {
            return new QueryEvaluator() {
                @Override
                public QueryResult instant(String expression, long atMs) {
                    if (expression.equals("(")) {
                        throw new ApiException(ApiError.BAD_DATA, "1:2: parse error");
                    }
                    return new QueryResult(
                            new QueryResult.Vector(List.of(
                                    new QueryResult.Element(Labels.of("e", expression), atMs, 1.5, null),
                                    new QueryResult.Element(Labels.EMPTY, atMs, 0, HISTOGRAM.toFloat()))),
                            List.of("careful"),
                            List.of());
                }

                @Override
                public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
                    return new QueryResult(
                            new QueryResult.Matrix(List.of(new QueryResult.Series(
                                    Labels.of("e", expression),
                                    new long[] {startMs, endMs},
                                    new double[] {stepMs, Double.NaN},
                                    new long[] {startMs},
                                    new FloatHistogram[] {HISTOGRAM.toFloat()}))),
                            List.of(),
                            List.of());
                }
            };
        }

        @Bean
        SeriesSource source() {
            return new MemoryStore();
        }
    }

    private String start(Program program, Class<?> ports) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), "");
        var classes = new ArrayList<Class<?>>(List.of(RuntimeConfiguration.class, ports));
        for (Class<?> wiring : RemoteWiring.of(program)) {
            if (wiring.getSimpleName().endsWith("Routes")) {
                classes.add(wiring);
            }
        }
        var context = Launcher.start(
                Flags.parse(program, List.of("--web.listen-address=127.0.0.1:0", "--config.file=" + config)),
                classes.toArray(Class<?>[]::new));
        contexts.add(context);
        return "http://127.0.0.1:" + context.getBean(WebServer.class).ports().getFirst();
    }

    @AfterEach
    void stop() {
        contexts.forEach(ConfigurableApplicationContext::close);
        servers.forEach(DisposableServer::disposeNow);
        sender.close();
    }

    private PeerCalls calls(String service, String... urls) {
        return new PeerCalls(Peers.fixed(Map.of(service, List.of(urls))), service, sender, Duration.ofSeconds(10));
    }

    private static SampleBatch batch(String job, long... times) {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", row == times.length ? "h" : "m", "job", job));
        for (long time : times) {
            int row = batch.addFloat(0, time, time / 4.0);
            batch.setStart(row, time - 1);
        }
        int row = batch.addHistogram(0, times[times.length - 1], HISTOGRAM);
        batch.addExemplar(row, new Exemplar(Labels.of("trace_id", "x"), 1, times[0]));
        return batch;
    }

    private static String dump(SeriesSet set) {
        var out = new StringBuilder();
        for (int i = 0; i < set.size(); i++) {
            var samples = new SampleBuffer();
            set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, samples);
            out.append(set.labels(i));
            long[] starts = samples.starts();
            for (int j = 0; j < samples.floats(); j++) {
                out.append(' ').append(samples.times()[j]).append('=').append(samples.values()[j]);
                out.append(starts == null ? "" : "@" + starts[j]);
            }
            for (int j = 0; j < samples.histogramCount(); j++) {
                out.append(' ').append(samples.histogramTimes()[j]).append('=').append(samples.histograms()[j]);
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static final SeriesSource.Selection EVERYTHING =
            new SeriesSource.Selection(TimeRange.ALL, List.of(Matcher.regex("job", "a|b")), SelectHints.NONE);

    @Test
    void samplesArriveAsTheyWereAndAreReadAsTheyAre() throws IOException {
        String url = start(Program.STORAGE, Memory.class);
        MemoryStore store = contexts.getLast().getBean(MemoryStore.class);
        SampleBatch batch = batch("a", 1_000, 2_000, 3_500);
        SampleSink.Appended appended =
                new RemoteSampleSink(calls("storage", url)).append(batch, SampleSink.OnReject.KEEP_REST);
        assertThat(appended.stored()).isEqualTo(4);
        var source = new RemoteSeriesSource(calls("storage", url));
        try (SeriesSet local = store.select(EVERYTHING);
                SeriesSet remote = source.select(EVERYTHING)) {
            assertThat(dump(remote)).isEqualTo(dump(local)).contains("1000=250.0@999", "3500=");
        }
        var request = new SeriesSource.ListingRequest(TimeRange.ALL, List.of(), 0);
        assertThat(source.labelNames(request)).isEqualTo(store.labelNames(request));
        assertThat(source.labelValues("job", request).entries()).containsExactly("a");
        assertThat(source.exemplars(TimeRange.ALL, List.of())).isEqualTo(store.exemplars(TimeRange.ALL, List.of()));
    }

    @Test
    void replicasAreMergedAndOneThatIsGoneIsMadeUpFor() throws IOException {
        String first = start(Program.STORAGE, Memory.class);
        String second = start(Program.STORAGE, Memory.class);
        new RemoteSampleSink(calls("storage", first)).append(batch("a", 1_000, 3_000), SampleSink.OnReject.KEEP_REST);
        new RemoteSampleSink(calls("storage", second)).append(batch("a", 2_000, 3_000), SampleSink.OnReject.KEEP_REST);
        new RemoteSampleSink(calls("storage", second)).append(batch("b", 4_000), SampleSink.OnReject.KEEP_REST);
        var both = new RemoteSeriesSource(calls("storage", first, second));
        try (SeriesSet merged = both.select(EVERYTHING)) {
            assertThat(dump(merged)).contains("1000=250.0@999 2000=500.0@1999 3000=750.0@2999\n", "job=\"b\"");
        }
        contexts.getFirst().close();
        try (SeriesSet left = both.select(EVERYTHING)) {
            assertThat(dump(left)).contains("job=\"b\"").doesNotContain("1000=250.0");
        }
        contexts.getLast().close();
        assertThatThrownBy(() -> both.select(EVERYTHING))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.error()).isEqualTo(ApiError.UNAVAILABLE));
    }

    @Test
    void anAnswerThatIsCutOffFailsRatherThanLosesSeries() {
        DisposableServer liar = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((_, response) -> response.header("Content-Length", "1000")
                        .sendString(Mono.just("half"))
                        .then(Mono.error(new IOException("cut"))))
                .bindNow();
        servers.add(liar);
        var source = new RemoteSeriesSource(calls("storage", "http://127.0.0.1:" + liar.port()));
        assertThatThrownBy(() -> source.select(EVERYTHING)).isInstanceOf(ApiException.class);
    }

    @Test
    void whatWasRejectedIsTold() {
        var appended = new SampleSink.Appended(
                3,
                true,
                List.of(new SampleSink.Rejected(
                        RejectReason.OUT_OF_ORDER, 2, Labels.of("a", "b"), 5, "out of order sample")),
                1,
                List.of());
        assertThat(BatchBytes.appended(BatchBytes.write(appended))).isEqualTo(appended);
    }

    @Test
    void queriesAreEvaluatedFarAway() throws IOException {
        String url = start(Program.QUERY, Engine.class);
        var evaluator = new RemoteQueryEvaluator(calls("query", url));
        QueryResult instant = evaluator.instant("up", 5_000);
        assertThat(instant.warnings()).containsExactly("careful");
        assertThat(instant.value()).isInstanceOfSatisfying(QueryResult.Vector.class, vector -> {
            assertThat(vector.elements().getFirst())
                    .isEqualTo(new QueryResult.Element(Labels.of("e", "up"), 5_000, 1.5, null));
            FloatHistogram histogram = vector.elements().get(1).histogram();
            assertThat(histogram).isNotNull();
            assertThat(String.valueOf(histogram)).isEqualTo(String.valueOf(HISTOGRAM.toFloat()));
        });
        assertThat(evaluator.range("up", 0, 60_000, 15_000).value())
                .isInstanceOfSatisfying(QueryResult.Matrix.class, matrix -> {
                    assertThat(matrix.series().getFirst().values()).containsExactly(15_000, Double.NaN);
                    assertThat(matrix.series().getFirst().histogramTimes()).containsExactly(0);
                });
        assertThatThrownBy(() -> evaluator.instant("(", 0)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
            assertThat(e.text()).isEqualTo("1:2: parse error");
        });
        var elsewhere = new RemoteQueryEvaluator(calls("query", "http://127.0.0.1:1", url));
        assertThat(elsewhere.instant("up", 5_000).warnings()).containsExactly("careful");
    }

    private String serve(String path, List<String> bodies, String answer) {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.post(
                        path,
                        (request, response) -> response.sendString(request.receive()
                                .aggregate()
                                .asString(StandardCharsets.UTF_8)
                                .map(body -> {
                                    bodies.add(body);
                                    return answer;
                                }))))
                .bindNow();
        servers.add(server);
        return "http://127.0.0.1:" + server.port();
    }

    @Test
    void alertsGoToEveryAlertmanagerAndOneIsEnough() {
        var bodies = new CopyOnWriteArrayList<String>();
        String url = serve("/api/v2/alerts", bodies, "");
        var alert = new Alert(
                Labels.of("alertname", "A"), Labels.of("summary", "s"), NOW, Instant.EPOCH, NOW, "http://g", false);
        new RemoteAlertSink(
                        Peers.fixed(Map.of("alertmanager", List.of("http://127.0.0.1:1", url))),
                        sender,
                        Duration.ofSeconds(10))
                .send(List.of(alert));
        assertThat(bodies)
                .containsExactly("[{\"labels\":{\"alertname\":\"A\"},\"annotations\":{\"summary\":\"s\"},"
                        + "\"startsAt\":\"2023-11-14T22:13:20Z\",\"generatorURL\":\"http://g\"}]");
        var nobody = new RemoteAlertSink(
                Peers.fixed(Map.of("alertmanager", List.of("http://127.0.0.1:1"))), sender, Duration.ofSeconds(10));
        assertThatThrownBy(() -> nobody.send(List.of(alert))).isInstanceOf(ApiException.class);
    }

    private static Notifier.Notification notification(Instant deadline) {
        return new Notifier.Notification(
                "id-1",
                deadline,
                "team",
                "webhook",
                0,
                "{}:{alertname=\"A\"}",
                Labels.of("alertname", "A"),
                Labels.EMPTY,
                List.of(new Alert(Labels.of("alertname", "A"), Labels.EMPTY, NOW, Instant.EPOCH, NOW, "", false)),
                0,
                "http://am",
                NOW,
                "",
                Map.of());
    }

    @Test
    void aNotificationIsDeliveredByANotifierThatCanBeReached() {
        var bodies = new CopyOnWriteArrayList<String>();
        var delivered = new Notifier.Outcome.Delivered(Map.of("thread", "7"));
        String url = serve(
                "/api/pharos/v1/notify",
                bodies,
                new String(NotificationJson.writeOutcome(delivered), StandardCharsets.UTF_8));
        var notifier = new RemoteNotifier(
                Peers.fixed(Map.of("notifier", List.of("http://127.0.0.1:1", url))), sender, InstantSource.fixed(NOW));
        assertThat(notifier.deliver(notification(NOW.plusSeconds(30)))).isEqualTo(delivered);
        assertThat(bodies).hasSize(1);
    }

    @Test
    void whereNoNotifierCanBeReachedTheDeadlineEndsIt() {
        var notifier = new RemoteNotifier(
                Peers.fixed(Map.of("notifier", List.of("http://127.0.0.1:1"))), sender, InstantSource.fixed(NOW));
        assertThat(notifier.deliver(notification(NOW.plusMillis(500))))
                .isInstanceOfSatisfying(Notifier.Outcome.GaveUp.class, gaveUp -> {
                    assertThat(gaveUp.attempts()).isEqualTo(1);
                    assertThat(gaveUp.lastError()).contains("connection refused");
                });
    }

    @Test
    void peersComeFromFlagsAndFromSpringsStaticInstances() {
        var environment = new org.springframework.mock.env.MockEnvironment()
                .withProperty("spring.cloud.discovery.client.simple.instances.storage[0].uri", "http://b:1/");
        Flags flags = Flags.parse(Program.QUERY, List.of("--pharos.peer=storage=http://a:1"));
        assertThat(Peers.of(flags, environment, null).of("storage")).containsExactly("http://a:1", "http://b:1");
        assertThatThrownBy(() -> Peers.of(flags, environment, null).of("query"))
                .hasMessage("no query service is known; name one with --pharos.peer=query=http://host:port");
    }
}
