package io.pharos.discovery.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.RefreshingSource;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetJson;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.HttpDiscovery;
import io.pharos.model.config.StaticConfig;
import io.pharos.model.text.GoText;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/// `http_sd_configs`. An answer that is not a list of groups keeps the targets there were.
public final class HttpSource {
    private static final Pattern JSON = Pattern.compile("(?i:application/json(;\\s*charset=(\"utf-8\"|utf-8))?)");

    private final HttpDiscovery config;
    private final HttpSender sender;
    private final Counter failures;
    private int known;

    private HttpSource(HttpDiscovery config, HttpSender sender, MeterRegistry meters) {
        this.config = config;
        this.sender = sender;
        this.failures = Counter.builder("prometheus_sd_http_failures_total")
                .description("Number of HTTP service discovery refresh failures.")
                .register(meters);
    }

    public static TargetSource of(HttpDiscovery config, HttpClients clients, MeterRegistry meters) {
        return new RefreshingSource(
                config.mechanism(),
                config,
                config.refreshInterval(),
                clients,
                config.http(),
                sender -> new HttpSource(config, sender, meters)::groups);
    }

    private List<TargetGroup> groups() throws IOException, InterruptedException {
        try {
            List<StaticConfig> configs = ask();
            List<TargetGroup> groups = TargetJson.groups(config.url(), configs, "__meta_url", config.url(), known);
            known = configs.size();
            return groups;
        } catch (IOException | RuntimeException e) {
            failures.increment();
            throw e;
        }
    }

    private List<StaticConfig> ask() throws IOException, InterruptedException {
        HttpReply answer = sender.call(HttpCall.get(config.url(), config.refreshInterval())
                .with("Accept", "application/json")
                .with(
                        "X-Prometheus-Refresh-Interval-Seconds",
                        GoText.plain(config.refreshInterval().toNanos() / 1e9)));
        if (answer.status() != 200) {
            throw new IOException("server returned HTTP status " + answer.statusLine());
        }
        String type = answer.header("Content-Type");
        if (!JSON.matcher(type).matches()) {
            throw new IOException("unsupported content type " + GoText.quote(type));
        }
        return TargetJson.read(answer.text());
    }
}
