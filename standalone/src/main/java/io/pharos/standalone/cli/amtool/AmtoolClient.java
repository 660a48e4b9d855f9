package io.pharos.standalone.cli.amtool;

import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.text.GoDuration;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Talks to the API of an Alertmanager. Errors are [AmtoolException]s in amtool's words.
final class AmtoolClient implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    /// One parameter of a query.
    record Parameter(String name, String value) {}

    private final String base;
    private final @Nullable String authorization;
    private final Duration timeout;
    private final HttpSender sender;

    private AmtoolClient(String base, @Nullable String authorization, Duration timeout, HttpSender sender) {
        this.base = base;
        this.authorization = authorization;
        this.timeout = timeout;
        this.sender = sender;
    }

    static AmtoolClient open(String url, String timeout, @Nullable String httpConfigFile) {
        URI parsed;
        Duration limit;
        try {
            parsed = URI.create(url);
            limit = Duration.ofNanos(GoDuration.parse(timeout));
        } catch (IllegalArgumentException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        }
        if (parsed.getHost() == null) {
            throw new AmtoolException(
                    "--alertmanager.url " + url + " is no URL of a server, as in http://localhost:9093/");
        }
        String user = parsed.getUserInfo();
        String authorization = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String bare = url.replaceFirst("//[^/@]*@", "//").replaceAll("/+$", "");
        HttpSender sender =
                new HttpClients("amtool/pharos", InstantSource.system()).open("amtool", httpConfig(httpConfigFile));
        return new AmtoolClient(bare + "/api/v2", authorization, limit, sender);
    }

    /// The file holds one `http_config`; it is read as the one of `global`.
    private static HttpConfig httpConfig(@Nullable String file) {
        try {
            String text = file == null
                    ? ""
                    : Files.readString(Path.of(file))
                            .lines()
                            .map(line -> "    " + line)
                            .collect(Collectors.joining("\n"));
            String whole =
                    "global:\n  http_config:\n" + text + "\nroute: {receiver: none}\nreceivers: [{name: none}]\n";
            return new ConfigLoader().alertmanagerText(whole).config().global().httpConfig();
        } catch (IOException | ConfigException e) {
            throw new AmtoolException("failed to load HTTP config file: " + e.getMessage());
        }
    }

    JsonNode get(String path, List<Parameter> query) {
        String text = query.stream()
                .map(p -> p.name() + "=" + URLEncoder.encode(p.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return call("GET", path + (text.isEmpty() ? "" : "?" + text), new byte[0]);
    }

    JsonNode post(String path, JsonNode body) {
        return call("POST", path, JSON.writeValueAsBytes(body));
    }

    void delete(String path) {
        call("DELETE", path, new byte[0]);
    }

    private JsonNode call(String method, String path, byte[] body) {
        HttpReply reply;
        try {
            var call = new HttpCall(
                    method,
                    base + path,
                    body.length == 0 ? Map.of() : Map.of("Content-Type", "application/json"),
                    body,
                    timeout,
                    HttpCall.DEFAULT_MAX_BODY_BYTES);
            reply = sender.call(authorization == null ? call : call.with("Authorization", authorization));
        } catch (IOException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AmtoolException("interrupted");
        }
        if (!reply.isSuccess()) {
            throw new Refused(
                    method + " " + path.replaceFirst("\\?.*", ""),
                    reply.status(),
                    reply.text().strip());
        }
        return reply.body().length == 0 ? JSON.nullNode() : JSON.readTree(reply.body());
    }

    /// An answer that is no success.
    static final class Refused extends RuntimeException {
        private final int status;

        Refused(String what, int status, String text) {
            super("[" + what + "] (status " + status + "): " + text);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
