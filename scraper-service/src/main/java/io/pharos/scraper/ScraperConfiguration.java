package io.pharos.scraper;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetSources;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SampleSink;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.web.WebApi;
import io.pharos.runtime.web.WebApiConfiguration;
import io.pharos.scraper.api.GlobalUrls;
import io.pharos.scraper.api.RelabelApi;
import io.pharos.scraper.api.TargetsApi;
import io.pharos.scraper.scrape.ScrapePools;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The scraper of a program. Needs a [SampleSink], [Flags], [FeatureFlags], [HttpClients], [InstantSource] and
/// a [MeterRegistry].
@Configuration(proxyBeanMethods = false)
@Import(WebApiConfiguration.class)
public class ScraperConfiguration {
    @Bean(destroyMethod = "close")
    ScrapePools scrapePools(
            SampleSink sink,
            InstantSource time,
            MeterRegistry registry,
            FeatureFlags features,
            HttpClients clients,
            Flags flags) {
        var options = new ScrapePools.Options(
                flags.enabled("scrape.adjust-timestamps"),
                Duration.ofMillis(flags.durationMs("scrape.timestamp-tolerance")),
                Duration.ofMillis(flags.durationMs("scrape.discovery-reload-interval")),
                // A body is held whole, so the heap sets a limit of its own.
                Math.min(Integer.MAX_VALUE - 16, Runtime.getRuntime().maxMemory() / 8));
        var sources = new TargetSources(clients, registry, time);
        return new ScrapePools(sink, time, registry, features, clients, sources::of, options);
    }

    @Bean
    RouterFunction<ServerResponse> scraperRoutes(WebApi web, ScrapePools pools, Flags flags) {
        return new TargetsApi(pools, globalUrls(flags)).routes(web);
    }

    @Bean
    RouterFunction<ServerResponse> relabelRoutes(WebApi web, ScrapePools pools) {
        return new RelabelApi(pools).routes(web);
    }

    private static GlobalUrls globalUrls(Flags flags) {
        String listen = flags.list("web.listen-address").getFirst();
        int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
        String external = flags.text("web.external-url");
        if (external.isEmpty()) {
            external = "http://" + hostName() + ":" + port + "/";
        }
        return new GlobalUrls(external, port);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
