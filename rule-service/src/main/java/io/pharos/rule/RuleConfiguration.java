package io.pharos.rule;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.Discovery;
import io.pharos.discovery.TargetSources;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.PromqlParser;
import io.pharos.rule.api.RulesApi;
import io.pharos.rule.group.RuleGroups;
import io.pharos.rule.group.RulePorts;
import io.pharos.rule.group.RuleSettings;
import io.pharos.rule.send.AlertQueue;
import io.pharos.rule.send.QueueLimits;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.ops.ExternalUrl;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.runtime.web.WebApi;
import io.pharos.runtime.web.WebApiConfiguration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The rule service. Needs a [QueryEvaluator], a [SampleSink], and uses an [AlertSink] where
/// `alerting.alertmanagers` is empty.
@Configuration(proxyBeanMethods = false)
@Import(WebApiConfiguration.class)
public class RuleConfiguration {
    @Bean(destroyMethod = "close")
    AlertQueue alertQueue(Flags flags, HttpClients clients, ObjectProvider<AlertSink> local, MeterRegistry meters) {
        var limits = new QueueLimits(
                (int) flags.number("alertmanager.notification-queue-capacity"),
                (int) flags.number("alertmanager.notification-batch-size"),
                flags.enabled("alertmanager.drain-notification-queue-on-shutdown"));
        // Looked up when needed: the alertmanager of this process is made after its own notifier.
        AlertSink sink = alerts -> local.ifAvailable(one -> one.send(alerts));
        return new AlertQueue(clients, limits, Optional.of(sink), Discovery.DEBOUNCE, meters);
    }

    @Bean(destroyMethod = "close")
    RuleGroups ruleGroups(
            QueryEvaluator evaluator,
            SampleSink samples,
            AlertQueue queue,
            InstantSource time,
            MeterRegistry meters,
            Flags flags,
            FeatureFlags features,
            ExternalUrl externalUrl) {
        var settings = new RuleSettings(
                externalUrl.text(),
                Duration.ofMillis(flags.durationMs("rules.alert.resend-delay")),
                Duration.ofMillis(flags.durationMs("rules.alert.for-outage-tolerance")),
                Duration.ofMillis(flags.durationMs("rules.alert.for-grace-period")),
                features.concurrentRuleEvaluation() ? (int) flags.number("rules.max-concurrent-evals") : 0,
                Duration.ofMillis(
                        flags.has("query.lookback-delta") ? flags.durationMs("query.lookback-delta") : 300_000));
        return new RuleGroups(new RulePorts(evaluator, samples, queue::send, time, meters), settings);
    }

    @Bean
    Reloadable<PrometheusConfig> ruleReloadable(
            RuleGroups groups,
            AlertQueue queue,
            HttpClients clients,
            MeterRegistry meters,
            InstantSource time,
            FeatureFlags features,
            QueryEvaluator evaluator,
            ExternalUrl externalUrl) {
        return new RuleReload(
                groups,
                queue,
                new TargetSources(clients, meters, time),
                new PromqlParser(features),
                evaluator,
                externalUrl.text());
    }

    @Bean
    SmartLifecycle ruleStart(RuleGroups groups, QueryEvaluator evaluator) {
        return new RuleStart(groups, evaluator);
    }

    @Bean
    RouterFunction<ServerResponse> ruleRoutes(WebApi web, RuleGroups groups, AlertQueue queue, FeatureFlags features) {
        return RulesApi.routes(web, groups, queue::alertmanagers, new PromqlParser(features));
    }
}
