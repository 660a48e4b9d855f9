package io.pharos.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.port.FeatureFlags;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.ops.BuildInfo;
import io.pharos.runtime.ops.OpsConfiguration;
import io.pharos.runtime.ops.Readiness;
import io.pharos.runtime.reload.ConfigSource;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.runtime.reload.Reloader;
import io.pharos.runtime.server.ServerConfiguration;
import io.pharos.runtime.web.WebApiConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// What every program of Pharos runs on: the server, the beans shared by services, the reload of configuration files,
/// the paths for operators. A program is this and the configurations of its services.
///
/// Beans that implement [Reloadable] of `PrometheusConfig` or `AlertmanagerConfig` are found by their type, in
/// the order of `@Order`; they are given the configuration after all beans are built and before the server
/// listens.
@Configuration(proxyBeanMethods = false)
@Import({ServerConfiguration.class, WebApiConfiguration.class, OpsConfiguration.class})
public class RuntimeConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeConfiguration.class);

    @Bean
    FeatureFlags featureFlags(Flags flags) {
        FeatureFlags enabled = FeatureFlags.parse(flags.list("enable-feature"));
        if (!flags.program().isOfAlertmanager()) {
            for (String name : enabled.unknown()) {
                LOG.warn("Unknown option for --enable-feature: {}", name);
            }
        }
        return enabled;
    }

    @Bean
    InstantSource time() {
        return InstantSource.system();
    }

    @Bean
    MatcherParser matcherParser(Flags flags) {
        Set<String> features =
                Set.of(flags.alertmanager().text("enable-feature").split(","));
        boolean strict = features.contains("utf8-strict-mode");
        boolean classic = features.contains("classic-mode");
        if (strict && classic) {
            throw new IllegalArgumentException("cannot have both classic and UTF-8 modes enabled");
        }
        return new MatcherParser(
                strict
                        ? MatcherParser.Mode.UTF8_STRICT
                        : classic ? MatcherParser.Mode.CLASSIC : MatcherParser.Mode.FALLBACK);
    }

    @Bean
    ConfigLoader configLoader(Flags flags, MatcherParser matchers) {
        return new ConfigLoader(flags.enabled("pharos.skip-unsupported"), System::getenv, matchers);
    }

    @Bean
    HttpClients httpClients(InstantSource time) {
        return new HttpClients("Prometheus/" + BuildInfo.PROMETHEUS, time);
    }

    @Bean(destroyMethod = "close")
    Reloader reloader(
            Flags flags,
            ConfigLoader loader,
            InstantSource time,
            MeterRegistry meters,
            ObjectProvider<Reloadable<PrometheusConfig>> prometheus,
            ObjectProvider<Reloadable<AlertmanagerConfig>> alertmanager) {
        var sources = new ArrayList<ConfigSource<?>>();
        if (!flags.program().isOfAlertmanager()) {
            Path file = Path.of(flags.text("config.file"));
            sources.add(new ConfigSource<>(
                    PrometheusConfig.class,
                    "prometheus",
                    file,
                    () -> loader.prometheus(file),
                    () -> prometheus.orderedStream().toList(),
                    PrometheusConfig::ruleFiles));
        }
        if (flags.program().isOfAlertmanager() || flags.program() == Program.STANDALONE) {
            Path file = Path.of(flags.alertmanager().text("config.file"));
            sources.add(new ConfigSource<>(
                    AlertmanagerConfig.class,
                    "alertmanager",
                    file,
                    () -> loader.alertmanager(file),
                    () -> alertmanager.orderedStream().toList(),
                    AlertmanagerConfig::templates));
        }
        return new Reloader(List.copyOf(sources), time, meters);
    }

    /// Loads the configuration when every bean is built, before the server listens; a bad file ends the start.
    @Bean
    SmartLifecycle configurationStart(Reloader reloader, Flags flags, Readiness readiness) {
        Readiness.Condition configured = readiness.waitFor("configuration");
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                for (String name : flags.withoutEffect()) {
                    LOG.warn("--{} is accepted and has no effect", name);
                }
                reloader.start();
                if (flags.enabled("config.auto-reload")
                        || flags.has("enable-feature")
                                && flags.list("enable-feature").contains("auto-reload-config")) {
                    reloader.watch(Duration.ofMillis(flags.durationMs("config.auto-reload-interval")));
                }
                configured.met();
                LOG.info("Server is ready to receive web requests.");
                running = true;
            }

            @Override
            public void stop() {
                readiness.stop();
                running = false;
            }

            @Override
            public boolean isRunning() {
                return running;
            }

            @Override
            public int getPhase() {
                // Before the server (Integer.MAX_VALUE), after whatever opens stores.
                return Integer.MAX_VALUE - 1000;
            }
        };
    }
}
