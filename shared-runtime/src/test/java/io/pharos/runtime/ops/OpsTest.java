package io.pharos.runtime.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.runtime.server.Launcher;
import io.pharos.runtime.server.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.springframework.security.crypto.bcrypt.BCrypt;

class OpsTest {
    @TempDir
    Path folder;

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();
    private HttpSender sender = sender("");
    private String base = "";

    @Configuration(proxyBeanMethods = false)
    static class Probe {
        static final List<String> SEEN = new CopyOnWriteArrayList<>();

        @Bean
        Reloadable<PrometheusConfig> probe() {
            return config -> () -> SEEN.add(config.global().scrapeInterval().toString());
        }
    }

    private static HttpSender sender(String yaml) {
        HttpConfig config = new ConfigLoader()
                .prometheusText("scrape_configs:\n- job_name: a\n" + yaml.indent(2))
                .jobs()
                .getFirst()
                .http();
        return new HttpClients("Test/1", InstantSource.system()).open("test", config);
    }

    private void start(Program program, String... more) throws IOException {
        Path prometheus = folder.resolve("prometheus.yml");
        if (!Files.exists(prometheus)) {
            Files.writeString(prometheus, "global: {scrape_interval: 5s}\n");
        }
        Path alertmanager =
                Files.writeString(folder.resolve("alertmanager.yml"), "route: {receiver: t}\nreceivers: [{name: t}]\n");
        var arguments = new ArrayList<>(List.of(
                "--web.listen-address=127.0.0.1:0",
                "--config.file=" + (program.isOfAlertmanager() ? alertmanager : prometheus)));
        if (program == Program.STANDALONE) {
            arguments.add("--alertmanager.config.file=" + alertmanager);
        }
        arguments.addAll(List.of(more));
        var context = Launcher.start(Flags.parse(program, arguments), RuntimeConfiguration.class, Probe.class);
        contexts.add(context);
        base = "http://127.0.0.1:" + context.getBean(WebServer.class).ports().getFirst();
    }

    @AfterEach
    void stop() {
        contexts.forEach(ConfigurableApplicationContext::close);
        sender.close();
    }

    private HttpReply get(String path) throws IOException, InterruptedException {
        return sender.call(HttpCall.get(base + path, Duration.ofSeconds(10)));
    }

    private HttpReply post(String path) throws IOException, InterruptedException {
        return sender.call(new HttpCall("POST", base + path, Map.of(), new byte[0], Duration.ofSeconds(10), 0));
    }

    @Test
    void itDescribesItself() throws Exception {
        start(Program.STANDALONE, "--query.timeout=90s");
        assertThat(get("/-/healthy").text()).isEqualTo("Prometheus Server is Healthy.\n");
        assertThat(get("/-/ready").text()).isEqualTo("Prometheus Server is Ready.\n");
        assertThat(get("/api/v1/status/flags").text()).contains("\"query.timeout\":\"1m30s\"");
        assertThat(get("/api/v1/status/config").text())
                .startsWith("{\"status\":\"success\",\"data\":{\"yaml\":\"global:\\n  scrape_interval: 5s");
        assertThat(get("/api/v1/status/buildinfo").text()).contains("\"version\":\"3.14.0");
        assertThat(get("/api/v1/status/runtimeinfo").text()).contains("\"reloadConfigSuccess\":true");
        assertThat(get("/api/v1/features").text()).contains("\"promql\":{");
        assertThat(get("/version").text()).startsWith("{\"version\":");
        assertThat(get("/nothing").status()).isEqualTo(404);
        String metrics = get("/metrics").text();
        assertThat(metrics)
                .contains(
                        "prometheus_config_last_reload_successful 1\n",
                        "alertmanager_config_last_reload_successful 1\n")
                .contains("prometheus_http_requests_total{code=\"200\",handler=\"/-/healthy\"} 1\n")
                .contains("process_start_time_seconds ", "prometheus_ready 1\n", "prometheus_build_info{");
    }

    @Test
    void metricsKeepNamesThatOpenMetricsReserves() throws Exception {
        start(Program.STANDALONE);
        MeterRegistry meters = contexts.getLast().getBean(MeterRegistry.class);
        meters.counter("prometheus_tsdb_head_series_created_total").increment(3);
        meters.gauge("prometheus_tsdb_head_series", 2);
        assertThat(get("/metrics").text())
                .contains(
                        "# TYPE prometheus_tsdb_head_series_created_total counter\n",
                        "\nprometheus_tsdb_head_series_created_total 3\n",
                        "\nprometheus_tsdb_head_series 2\n",
                        "# TYPE prometheus_build_info gauge\n");
    }

    @Test
    void reloadsAreForThoseWhoMay() throws Exception {
        start(Program.STANDALONE);
        assertThat(post("/-/reload").status()).isEqualTo(403);
        assertThat(post("/-/reload").text()).isEqualTo("Lifecycle API is not enabled.");
        assertThat(get("/-/reload").status()).isEqualTo(405);
    }

    @Test
    void reloadPutsTheNewFileIntoForceOrSaysWhyNot() throws Exception {
        start(Program.STANDALONE, "--web.enable-lifecycle");
        Path file = folder.resolve("prometheus.yml");
        Files.writeString(file, "global: {scrape_interval: 7s}\n");
        assertThat(post("/-/reload").status()).isEqualTo(200);
        assertThat(Probe.SEEN).contains("PT5S", "PT7S");
        Files.writeString(file, "global: {scrape_intervall: 7s}\n");
        HttpReply refused = post("/-/reload");
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.text())
                .isEqualTo("failed to reload config: couldn't load configuration (--config.file=\"" + file + "\"): "
                        + file + ":1:10: unknown field \"scrape_intervall\" in global; did you mean"
                        + " \"scrape_interval\"?\n");
        assertThat(get("/metrics").text()).contains("prometheus_config_last_reload_successful 0\n");
        assertThat(get("/api/v1/notifications").text()).contains("Configuration reload has failed.");
    }

    @Test
    void aBadFileEndsTheStart() throws IOException {
        Files.writeString(folder.resolve("prometheus.yml"), "oops: 1\n");
        assertThatThrownBy(() -> start(Program.STANDALONE)).hasStackTraceContaining("unknown field \"oops\"");
    }

    @Test
    void untilItIsReadyItAnswers503() throws Exception {
        start(Program.STANDALONE);
        Readiness readiness = contexts.getLast().getBean(Readiness.class);
        Readiness.Condition replayed = readiness.waitFor("tsdb");
        assertThat(get("/-/ready").status()).isEqualTo(503);
        HttpReply refused = get("/api/v1/status/flags");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).isEqualTo("Service Unavailable");
        assertThat(refused.header("X-Prometheus-Stopping")).isEqualTo("false");
        replayed.met();
        assertThat(get("/api/v1/status/flags").status()).isEqualTo(200);
    }

    @Test
    void alertmanagerSpeaksItsOwnWords() throws Exception {
        start(Program.ALERTMANAGER);
        assertThat(get("/-/healthy").text()).isEqualTo("OK");
        assertThat(get("/-/ready").text()).isEqualTo("OK");
        assertThat(post("/-/reload").status()).isEqualTo(200);
        assertThat(get("/metrics").text()).contains("alertmanager_config_hash ");
    }

    @Test
    void routesMoveBelowAPrefix() throws Exception {
        start(Program.STANDALONE, "--web.external-url=http://example.org/prom");
        assertThat(get("/prom/-/ready").status()).isEqualTo(200);
        assertThat(get("/-/ready").status()).isEqualTo(404);
        assertThat(contexts.getLast().getBean(ExternalUrl.class).text()).isEqualTo("http://example.org/prom");
    }

    @Test
    void usersOfTheWebConfigurationAreLetIn() throws Exception {
        Path web = Files.writeString(
                folder.resolve("web.yml"),
                "basic_auth_users: {ann: '" + BCrypt.hashpw("open", BCrypt.gensalt(4)) + "'}\n"
                        + "http_server_config: {headers: {X-Frame-Options: deny}}\n");
        start(Program.STANDALONE, "--web.config.file=" + web);
        HttpReply refused = get("/-/healthy");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Basic");
        sender = sender("basic_auth: {username: ann, password: open}\n");
        HttpReply welcome = get("/-/healthy");
        assertThat(welcome.status()).isEqualTo(200);
        assertThat(welcome.header("X-Frame-Options")).isEqualTo("deny");
        sender = sender("basic_auth: {username: ann, password: wrong}\n");
        assertThat(get("/-/healthy").status()).isEqualTo(401);
    }

    @Test
    void theServerSpeaksTls() throws Exception {
        Path tls = Path.of("src/test/resources/tls").toAbsolutePath();
        Path web = Files.writeString(
                folder.resolve("web.yml"),
                "tls_server_config:\n  cert_file: " + tls.resolve("server.pem") + "\n  key_file: "
                        + tls.resolve("server-pkcs1.key") + "\n");
        start(Program.STANDALONE, "--web.config.file=" + web);
        base = base.replace("http:", "https:");
        sender = sender("tls_config: {ca_file: " + tls.resolve("server.pem") + "}\n");
        assertThat(get("/-/healthy").status()).isEqualTo(200);
    }

    @Test
    void aWebConfigurationWithUnknownFieldsIsRefused() throws IOException {
        Path web = Files.writeString(folder.resolve("web.yml"), "basic_auth_user: {}\n");
        assertThatThrownBy(() -> start(Program.STANDALONE, "--web.config.file=" + web))
                .hasStackTraceContaining("did you mean \"basic_auth_users\"?");
    }
}
