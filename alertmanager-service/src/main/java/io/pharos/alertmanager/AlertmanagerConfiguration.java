package io.pharos.alertmanager;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.api.AlertmanagerApi;
import io.pharos.alertmanager.api.AlertmanagerPages;
import io.pharos.alertmanager.cluster.ClusterSettings;
import io.pharos.alertmanager.group.ClockWakeups;
import io.pharos.alertmanager.group.Wakeups;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.port.Notifier;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.web.DirectRouter;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The alertmanager service: an `AlertSink`, a `Reloadable` of `alertmanager.yml`, and the routes of `/api/v2`.
/// Needs a `Notifier`.
@Configuration(proxyBeanMethods = false)
public class AlertmanagerConfiguration {
    @Bean
    AlertmanagerSettings alertmanagerSettings(Flags flags) {
        return AlertmanagerSettings.of(flags);
    }

    @Bean(destroyMethod = "close")
    Wakeups alertmanagerWakeups(InstantSource time) {
        return new ClockWakeups(time);
    }

    /// Flushes and API calls; closing waits for those under way.
    @Bean(destroyMethod = "shutdownNow")
    ExecutorService alertmanagerThreads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("alertmanager-", 0).factory());
    }

    @Bean(destroyMethod = "close")
    Alertmanager alertmanager(
            AlertmanagerSettings settings,
            Flags flags,
            InstantSource time,
            Wakeups alertmanagerWakeups,
            ExecutorService alertmanagerThreads,
            Notifier notifier,
            MeterRegistry meters) {
        return new Alertmanager(
                settings,
                new Alertmanager.Surroundings(time, alertmanagerWakeups, alertmanagerThreads, notifier, meters),
                ClusterSettings.of(flags).start());
    }

    @Bean
    RouterFunction<ServerResponse> alertmanagerRoutes(
            Alertmanager alertmanager,
            AlertmanagerSettings settings,
            InstantSource time,
            ExecutorService alertmanagerThreads,
            Flags flags,
            MeterRegistry meters) {
        var api = AlertmanagerApi.of(
                new AlertmanagerApi.Subject(
                        alertmanager.dispatcher(),
                        alertmanager.silences(),
                        alertmanager::changed,
                        alertmanager::resolveTimeout,
                        alertmanager.replication()::view,
                        alertmanager::configText,
                        alertmanager.store()),
                new MatcherParser(settings.features().matchers()),
                new AlertmanagerApi.Limits(settings.getConcurrency(), settings.requestTimeout()),
                time,
                alertmanagerThreads,
                meters);
        boolean alone = flags.program().isOfAlertmanager();
        RouterFunction<ServerResponse> routes =
                api.routes().and(AlertmanagerPages.routes(alone ? "/" : AlertmanagerSettings.PAGES));
        return alone
                ? routes.and(AlertmanagerApi.deprecated())
                : routes.and(AlertmanagerPages.icon()).and(AlertmanagerApi.deprecatedBesidePrometheus());
    }

    /// What goes before Prometheus' own answers where a process is used as an Alertmanager.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> alertmanagerRoutesFirst(Flags flags) {
        return flags.answersAsAlertmanager() && !flags.program().isOfAlertmanager()
                ? AlertmanagerPages.routes("/").and(AlertmanagerApi.deprecated())
                : DirectRouter.NONE;
    }
}
