package io.pharos.runtime.http;

import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.OAuth2;
import io.pharos.model.config.Secret;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Opens senders for `http_config`s. Thread-safe.
public final class HttpClients {
    private final String userAgent;
    private final InstantSource time;
    private final LineLoop lines;

    /// @param userAgent what clients call themselves: `Prometheus/3.14.0`, `Alertmanager/0.34.0`
    public HttpClients(String userAgent, InstantSource time) {
        this(userAgent, time, new LineLoop("http-lines"));
    }

    private HttpClients(String userAgent, InstantSource time, LineLoop lines) {
        this.userAgent = userAgent;
        this.time = time;
        this.lines = lines;
    }

    /// The same, calling itself otherwise.
    public HttpClients as(String otherUserAgent) {
        return new HttpClients(otherUserAgent, time, lines);
    }

    /// Opens a sender; the caller closes it when the configuration is replaced.
    ///
    /// @param name of the pool of connections, in thread dumps
    /// @throws IllegalArgumentException where certificates can't be read, in Prometheus' words
    public HttpSender open(String name, HttpConfig config) {
        return open(name, config, ClientTls.of(config.tlsConfig(), config.enableHttp2()));
    }

    /// As [#open], but certificates that can't be read fail each call instead: for jobs, whose targets show the
    /// error.
    public HttpSender openUnchecked(String name, HttpConfig config) {
        return open(name, config, ClientTls.unchecked(config.tlsConfig(), config.enableHttp2()));
    }

    private HttpSender open(String name, HttpConfig config, ClientTls tls) {
        return new HttpSender(
                name,
                config,
                tls,
                userAgent,
                config.oauth2().map(oauth2 -> tokens(name, oauth2)).orElse(null),
                lines);
    }

    private OAuth2Tokens tokens(String name, OAuth2 oauth2) {
        var plain = new HttpConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Secret.NONE,
                "",
                oauth2.tlsConfig(),
                true,
                false,
                oauth2.proxy(),
                Map.of());
        return new OAuth2Tokens(
                oauth2,
                new HttpSender(
                        name + "-oauth2", plain, ClientTls.of(oauth2.tlsConfig(), false), userAgent, null, lines),
                time);
    }
}
