package io.pharos.runtime.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pharos.model.port.FeatureFlags;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.reload.Reloader;
import io.pharos.runtime.server.ServerConfiguration;
import io.pharos.runtime.web.WebApi;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;

/// The beans by which a process is operated.
@Configuration(proxyBeanMethods = false)
public class OpsConfiguration {
    /// What `/status/runtimeinfo` says of how long samples are kept: `15d`, `15d or 10GiB`. The store provides it.
    @FunctionalInterface
    public interface StorageRetention extends Supplier<String> {}

    @Bean
    PrometheusMeterRegistry meterRegistry() {
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.config().namingConvention(new MetricNames());
        ProcessMetrics.register(meters, BuildInfo.read());
        return meters;
    }

    @Bean
    BuildInfo buildInfo() {
        return BuildInfo.read();
    }

    @Bean
    ExternalUrl externalUrl(Flags flags) {
        return ExternalUrl.of(flags);
    }

    @Bean
    Features features(Flags flags, FeatureFlags enabled) {
        return Features.of(flags, enabled);
    }

    @Bean
    Readiness readiness(MeterRegistry meters) {
        var readiness = new Readiness();
        Gauge.builder("prometheus_ready", readiness, r -> r.isReady() ? 1 : 0)
                .description(
                        "Whether Prometheus startup was fully completed and the server is ready for normal operation.")
                .register(meters);
        return readiness;
    }

    @Bean
    Notifications notifications(Flags flags, InstantSource time, Reloader reloader, MeterRegistry meters) {
        boolean limited = flags.has("web.max-notifications-subscribers");
        var notifications =
                new Notifications(time, limited ? (int) flags.number("web.max-notifications-subscribers") : 16);
        reloader.onReload(successful -> {
            if (successful) {
                notifications.remove(Notifications.RELOAD_FAILED);
            } else {
                notifications.add(Notifications.RELOAD_FAILED);
            }
        });
        Gauge.builder("prometheus_api_notification_active_subscribers", notifications, Notifications::subscriberCount)
                .description("The current number of active notification subscribers.")
                .register(meters);
        FunctionCounter.builder(
                        "prometheus_api_notification_updates_sent_total", notifications, Notifications::sentCount)
                .description("Total number of notification updates sent.")
                .register(meters);
        FunctionCounter.builder(
                        "prometheus_api_notification_updates_dropped_total", notifications, Notifications::droppedCount)
                .description("Total number of notification updates dropped.")
                .register(meters);
        return notifications;
    }

    @Bean
    @Order(0)
    RouterFunction<ServerResponse> opsRoutes(
            WebApi web,
            Flags flags,
            Readiness readiness,
            Reloader reloader,
            PrometheusMeterRegistry meters,
            Notifications notifications,
            BuildInfo build,
            Features features,
            InstantSource time,
            ObjectProvider<StorageRetention> retention,
            ConfigurableApplicationContext context) {
        return new OpsRoutes(
                        flags,
                        readiness,
                        reloader,
                        meters,
                        notifications,
                        build,
                        features,
                        time,
                        () -> retention.getIfAvailable(() -> () -> "15d").get(),
                        () -> quit(context, readiness))
                .build(web);
    }

    /// Ends the process a moment later, so that the answer still leaves.
    private static void quit(ConfigurableApplicationContext context, Readiness readiness) {
        readiness.stop();
        Thread.ofPlatform().name("quit").start(() -> {
            try {
                Thread.sleep(100);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            context.close();
            Runtime.getRuntime().exit(0);
        });
    }

    @Bean
    HttpMetrics httpMetrics(MeterRegistry meters, Flags flags) {
        return new HttpMetrics(meters, ServerConfiguration.routePrefix(flags));
    }

    @Bean
    WebFilter readinessFilter(Readiness readiness, Flags flags) {
        return new ReadinessFilter(readiness, ServerConfiguration.routePrefix(flags));
    }

    /// The web configuration file, or its absence.
    record WebConfiguration(Optional<WebConfig> file) {}

    @Bean
    WebConfiguration webConfiguration(Flags flags) {
        return new WebConfiguration(WebConfig.of(flags.text("web.config.file")));
    }

    @Bean
    WebFilter webConfigFilter(WebConfiguration configuration) {
        return configuration
                .file()
                .map(config -> (WebFilter) new WebConfigFilter(config))
                .orElse((exchange, chain) -> chain.filter(exchange));
    }

    /// The three filters, where there is nothing to refuse.
    @Bean
    ServerConfiguration.Bypass filterBypass(Readiness readiness, WebConfiguration configuration, HttpMetrics metrics) {
        boolean isFree = configuration.file().isEmpty();
        return new ServerConfiguration.Bypass() {
            @Override
            public boolean isOpen() {
                return isFree && readiness.isReady();
            }

            @Override
            public void answered(String pattern, int status, long nanos) {
                metrics.answered(pattern, status, nanos);
            }
        };
    }

    @Bean
    ServerConfiguration.ServerSecurity serverSecurity(WebConfiguration configuration) {
        Optional<WebConfig> config = configuration
                .file()
                .filter(file -> file.current().tlsServerConfig().isPresent());
        if (config.isEmpty()) {
            return server -> server;
        }
        var context = ServerTlsContext.of(config.get());
        return server -> server.secure(spec -> spec.sslContext(context));
    }
}
