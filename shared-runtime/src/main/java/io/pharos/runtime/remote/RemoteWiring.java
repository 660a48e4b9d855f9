package io.pharos.runtime.remote;

import io.pharos.model.config.HttpConfig;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.Notifier;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSource;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.web.WebApi;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// What a deployed service needs beside its own configuration: adapters for the ports it calls, routes for those it
/// serves. `standalone` needs none of it.
public final class RemoteWiring {
    private RemoteWiring() {}

    /// Configurations for a program.
    public static List<Class<?>> of(Program program) {
        return switch (program) {
            case STANDALONE, NOTIFIER -> List.of();
            case SCRAPER -> List.of(PeerWiring.class, SinkWiring.class);
            case STORAGE -> List.of(StorageRoutes.class);
            case QUERY -> List.of(PeerWiring.class, SourceWiring.class, QueryRoutes.class);
            case RULE -> List.of(PeerWiring.class, SinkWiring.class, EvaluatorWiring.class, AlertWiring.class);
            case ALERTMANAGER -> List.of(PeerWiring.class, NotifierWiring.class);
        };
    }

    private static Duration timeout(Flags flags) {
        return Duration.ofMillis(flags.durationMs("pharos.peer-timeout"));
    }

    private static Duration timeout(Flags flags, Duration most) {
        Duration timeout = timeout(flags);
        return timeout.compareTo(most) < 0 ? timeout : most;
    }

    /// Where peers are, and the client that calls them.
    @Configuration(proxyBeanMethods = false)
    static class PeerWiring {
        @Bean
        Peers peers(Flags flags, Environment environment, ObjectProvider<DiscoveryClient> discovery) {
            return Peers.of(flags, environment, discovery.getIfAvailable());
        }

        @Bean(destroyMethod = "close")
        HttpSender peerSender(HttpClients clients) {
            return clients.open("peers", HttpConfig.plain());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SinkWiring {
        @Bean
        SampleSink remoteSampleSink(Peers peers, HttpSender peerSender, Flags flags) {
            // A scrape loop that hangs misses its next scrapes.
            Duration most = timeout(flags, Duration.ofSeconds(30));
            return new RemoteSampleSink(new PeerCalls(peers, "storage", peerSender, most));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SourceWiring {
        @Bean
        SeriesSource remoteSeriesSource(Peers peers, HttpSender peerSender, Flags flags) {
            return new RemoteSeriesSource(new PeerCalls(peers, "storage", peerSender, timeout(flags)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EvaluatorWiring {
        @Bean
        QueryEvaluator remoteQueryEvaluator(Peers peers, HttpSender peerSender, Flags flags) {
            return new RemoteQueryEvaluator(new PeerCalls(peers, "query", peerSender, timeout(flags)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AlertWiring {
        @Bean
        AlertSink remoteAlertSink(Peers peers, HttpSender peerSender, Flags flags) {
            // As long as Prometheus waits for an alertmanager by default.
            return new RemoteAlertSink(peers, peerSender, timeout(flags, Duration.ofSeconds(10)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NotifierWiring {
        @Bean
        Notifier remoteNotifier(Peers peers, HttpSender peerSender, InstantSource time) {
            return new RemoteNotifier(peers, peerSender, time);
        }
    }

    /// What a storage node serves to its peers.
    @Configuration(proxyBeanMethods = false)
    static class StorageRoutes {
        @Bean
        RouterFunction<ServerResponse> storagePortRoutes(WebApi web, SampleSink sink, SeriesSource source) {
            return PortRoutes.storage(web, sink, source);
        }
    }

    /// What a query node serves to its peers.
    @Configuration(proxyBeanMethods = false)
    static class QueryRoutes {
        @Bean
        RouterFunction<ServerResponse> queryPortRoutes(WebApi web, QueryEvaluator evaluator) {
            return PortRoutes.query(web, evaluator);
        }
    }
}
