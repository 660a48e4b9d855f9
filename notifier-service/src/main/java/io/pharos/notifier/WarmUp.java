package io.pharos.notifier;

import io.pharos.model.config.HttpConfig;
import io.pharos.model.template.GoTime;
import io.pharos.model.template.NotificationData;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes once through what a delivery needs, with a socket of this process as the service: on a cold JVM the first
/// notification would wait a second for classes to load, and the first one is the page that matters.
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private WarmUp() {}

    static void run(NotificationTemplates templates, Senders.Transports transports) {
        try {
            var alert = new NotificationData.AlertData(
                    "firing", Map.of("alertname", "WarmUp"), Map.of(), Instant.EPOCH, GoTime.ZERO, "", "0");
            NotificationTemplates.Over over = templates.over(
                    NotificationData.of("", List.of(alert), "", Map.of("alertname", "WarmUp"), Map.of(), ""));
            String title = over.text("{{ template \"slack.default.title\" . }}");
            over.html("{{ template \"email.default.html\" . }}");
            exchange(
                    transports,
                    HttpCall.postJson("", new JsonObject().with("title", title).node()));
        } catch (Exception e) {
            LOG.debug("the notifier was not warmed up; its first delivery will be slower", e);
        }
    }

    private static void exchange(Senders.Transports transports, HttpCall call) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server));
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/";
            Senders.Opened opened = transports.open("warm-up", HttpConfig.plain());
            try {
                opened.transport().send(new HttpCall(call.method(), url, call.headers(), call.body()), LIMIT);
            } finally {
                opened.closing().close();
            }
        }
    }

    private static void answer(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            LOG.debug("the warm-up's own server failed", e);
        }
    }
}
