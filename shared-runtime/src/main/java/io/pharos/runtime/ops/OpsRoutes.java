package io.pharos.runtime.ops;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.Loaded;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.reload.ReloadException;
import io.pharos.runtime.reload.Reloader;
import io.pharos.runtime.server.ServerConfiguration;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The paths by which a process is operated and describes itself.
final class OpsRoutes {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Flags flags;
    private final Readiness readiness;
    private final Reloader reloader;
    private final PrometheusMeterRegistry meters;
    private final Notifications notifications;
    private final BuildInfo build;
    private final Features features;
    private final InstantSource time;
    private final Supplier<String> retention;
    private final Runnable quit;

    OpsRoutes(
            Flags flags,
            Readiness readiness,
            Reloader reloader,
            PrometheusMeterRegistry meters,
            Notifications notifications,
            BuildInfo build,
            Features features,
            InstantSource time,
            Supplier<String> retention,
            Runnable quit) {
        this.flags = flags;
        this.readiness = readiness;
        this.reloader = reloader;
        this.meters = meters;
        this.notifications = notifications;
        this.build = build;
        this.features = features;
        this.time = time;
        this.retention = retention;
        this.quit = quit;
    }

    RouterFunction<ServerResponse> build(WebApi web) {
        boolean alertmanager = flags.program().isOfAlertmanager();
        String who = flags.has("agent") && flags.enabled("agent") ? "Prometheus Agent" : "Prometheus Server";
        boolean asAlertmanager = flags.answersAsAlertmanager();
        String healthy = asAlertmanager ? "OK" : who + " is Healthy.\n";
        String ready = asAlertmanager ? "OK" : who + " is Ready.\n";
        var routes = web.routes()
                .get("/-/healthy", _ -> text(200, healthy))
                .head("/-/healthy", _ -> nothing())
                .get("/-/ready", _ -> readiness.isReady() ? text(200, ready) : notReady())
                .head("/-/ready", _ -> readiness.isReady() ? nothing() : notReady())
                .post("/-/reload", this::reload)
                .get("/metrics", _ -> metrics());
        if (!asAlertmanager) {
            routes.put("/-/reload", this::reload).get("/-/reload", _ -> text(405, "Only POST or PUT requests allowed"));
        }
        if (!alertmanager) {
            routes.post("/-/quit", this::quit)
                    .put("/-/quit", this::quit)
                    .get("/-/quit", _ -> text(405, "Only POST or PUT requests allowed"))
                    .get("/version", _ -> version())
                    .get("/api/v1/status/flags", _ -> Answer.data(out -> out.texts(shownFlags())))
                    .get("/api/v1/status/config", _ -> config())
                    .get("/api/v1/status/buildinfo", _ -> Answer.data(this::buildInfo))
                    .get("/api/v1/status/runtimeinfo", _ -> Answer.data(this::runtimeInfo))
                    .get("/api/v1/features", _ -> Answer.data(features::write))
                    .get("/api/v1/notifications", _ -> Answer.data(this::notifications))
                    .get("/api/v1/notifications/live", _ -> live());
        }
        return routes.build();
    }

    /// The flags, with what the server made of those it works out itself.
    private Map<String, String> shownFlags() {
        Map<String, String> shown = flags.asMap();
        shown.put("web.route-prefix", ServerConfiguration.routePrefix(flags));
        if (flags.has("storage.tsdb.retention.time")
                && !flags.given("storage.tsdb.retention.time")
                && !flags.given("storage.tsdb.retention.size")) {
            shown.put("storage.tsdb.retention.time", "15d");
        }
        return shown;
    }

    private static Answer text(int status, String text) {
        return new Answer.Raw(status, TEXT, Map.of(), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Answer nothing() {
        return new Answer.Raw(200, "", Map.of(), _ -> {});
    }

    private Answer notReady() {
        return new Answer.Raw(
                503,
                TEXT,
                Map.of("X-Prometheus-Stopping", Boolean.toString(readiness.isStopping())),
                out -> out.write("Service Unavailable".getBytes(StandardCharsets.UTF_8)));
    }

    private boolean isLifecycleEnabled() {
        // Alertmanager has no such flag: it reloads for everyone.
        return flags.program().isOfAlertmanager() || flags.enabled("web.enable-lifecycle");
    }

    private Answer reload(ApiRequest request) {
        if (!isLifecycleEnabled()) {
            return text(403, "Lifecycle API is not enabled.");
        }
        try {
            reloader.reload();
            // Alertmanager writes nothing at all, not even a type.
            return nothing();
        } catch (ReloadException e) {
            return Answer.text(500, "failed to reload config: " + e.text());
        }
    }

    private Answer quit(ApiRequest request) {
        if (flags.program().isOfAlertmanager() || !flags.enabled("web.enable-lifecycle")) {
            return text(403, "Lifecycle API is not enabled.");
        }
        quit.run();
        return text(200, "Requesting termination... Goodbye!");
    }

    private Answer metrics() {
        String text = MetricsText.write(meters.getPrometheusRegistry().scrape());
        return new Answer.Raw(
                200,
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
                Map.of(),
                out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Answer version() {
        var bytes = new ByteArrayOutputStream();
        var json = new JsonWriter(bytes);
        buildInfo(json);
        json.flush();
        return Answer.bytes(TEXT, bytes.toByteArray());
    }

    private Answer config() {
        Optional<Loaded<PrometheusConfig>> loaded = reloader.current(PrometheusConfig.class);
        String yaml = loaded.map(l -> ConfigLoader.print(l.config())).orElse("");
        return Answer.data(out -> out.beginObject().field("yaml", yaml).endObject());
    }

    private void buildInfo(JsonWriter out) {
        out.beginObject()
                .field("version", build.version())
                .field("revision", build.revision())
                .field("branch", build.branch())
                .field("buildUser", build.buildUser())
                .field("buildDate", build.buildDate())
                .field("goVersion", build.goVersion())
                .endObject();
    }

    private void runtimeInfo(JsonWriter out) {
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        out.beginObject()
                .field("startTime", GoText.rfc3339(start))
                .field("CWD", Path.of("").toAbsolutePath().toString())
                .field("hostname", ExternalUrl.hostName())
                .field("serverTime", GoText.rfc3339(time.instant()))
                .field("reloadConfigSuccess", reloader.isSuccessful())
                .field("lastConfigTime", GoText.rfc3339(reloader.lastSuccess().truncatedTo(ChronoUnit.SECONDS)))
                .field("corruptionCount", 0)
                .field("goroutineCount", ManagementFactory.getThreadMXBean().getThreadCount())
                .field("GOMAXPROCS", Runtime.getRuntime().availableProcessors())
                .field("GOMEMLIMIT", Runtime.getRuntime().maxMemory())
                .field("GOGC", "")
                .field("GODEBUG", "")
                .field("storageRetention", retention.get())
                .endObject();
    }

    private void notifications(JsonWriter out) {
        out.beginArray();
        notifications.active().forEach(notification -> write(notification, out));
        out.endArray();
    }

    private static void write(Notifications.Notification notification, JsonWriter out) {
        out.beginObject()
                .field("text", notification.text())
                .field("date", GoText.rfc3339(notification.date()))
                .field("active", notification.active())
                .endObject();
    }

    private Answer live() {
        Optional<Notifications.Subscription> subscription = notifications.subscribe();
        if (subscription.isEmpty()) {
            return Answer.empty();
        }
        return new Answer.Raw(
                200,
                "text/event-stream",
                Map.of("Cache-Control", "no-cache", "Connection", "keep-alive"),
                out -> follow(subscription.get(), out));
    }

    private static void follow(Notifications.Subscription subscription, OutputStream out) throws java.io.IOException {
        try (subscription) {
            while (true) {
                var bytes = new ByteArrayOutputStream();
                bytes.writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
                var json = new JsonWriter(bytes);
                write(subscription.next(), json);
                json.flush();
                bytes.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
                out.write(bytes.toByteArray());
                out.flush();
            }
        } catch (InterruptedException _) {
            // The reader went away.
            Thread.currentThread().interrupt();
        }
    }
}
