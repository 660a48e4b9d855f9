package io.pharos.runtime.remote;

import io.pharos.model.alert.Alert;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends alerts to every alertmanager, as `POST /api/v2/alerts`; it is enough that one takes them.
final class RemoteAlertSink implements AlertSink {
    private final Peers peers;
    private final HttpSender sender;
    private final Duration timeout;

    RemoteAlertSink(Peers peers, HttpSender sender, Duration timeout) {
        this.peers = peers;
        this.sender = sender;
        this.timeout = timeout;
    }

    @Override
    public void send(List<Alert> alerts) {
        byte[] body = json(alerts);
        ApiException failure = null;
        boolean taken = false;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpReply>> replies = peers.of("alertmanager").stream()
                    .map(url -> threads.submit(() ->
                            sender.call(HttpCall.post(url + "/api/v2/alerts", "application/json", body, timeout))))
                    .toList();
            for (Future<HttpReply> future : replies) {
                try {
                    HttpReply reply = future.get();
                    taken |= reply.isSuccess();
                    if (!reply.isSuccess()) {
                        ApiError error = reply.status() == 400 ? ApiError.BAD_DATA : ApiError.UNAVAILABLE;
                        failure = new ApiException(
                                error,
                                "alertmanager answered " + reply.statusLine() + ": "
                                        + reply.text().strip());
                    }
                } catch (ExecutionException e) {
                    failure = new ApiException(
                            ApiError.UNAVAILABLE, "no alertmanager can be reached: " + e.getCause(), e);
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    Thread.currentThread().interrupt();
                    throw new ApiException(ApiError.CANCELED, "interrupted while sending alerts", e);
                }
            }
        }
        if (!taken && failure != null) {
            throw failure;
        }
    }

    private static byte[] json(List<Alert> alerts) {
        var bytes = new ByteArrayOutputStream();
        var out = new JsonWriter(bytes);
        out.beginArray();
        for (Alert alert : alerts) {
            out.beginObject().name("labels").labels(alert.labels());
            out.name("annotations").labels(alert.annotations());
            out.field("startsAt", GoText.rfc3339(alert.startsAt()));
            if (!alert.endsAt().equals(Instant.EPOCH)) {
                out.field("endsAt", GoText.rfc3339(alert.endsAt()));
            }
            out.field("generatorURL", alert.generatorUrl()).endObject();
        }
        out.endArray().flush();
        return bytes.toByteArray();
    }
}
