package io.pharos.storage.ingest;

import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// `POST /api/v1/write`: remote write 1.0 and 2.0.
public final class RemoteWriteController {
    private static final int MOST_BODY_BYTES = 64 << 20;
    private static final String V1 = "prometheus.WriteRequest";
    private static final String V2 = "io.prometheus.write.v2.Request";

    private final RemoteWriteReceiver receiver;
    private final boolean enabled;
    private final List<String> accepted;

    /// @param accepted the full names of the messages that are taken
    public RemoteWriteController(RemoteWriteReceiver receiver, boolean enabled, List<String> accepted) {
        this.receiver = receiver;
        this.enabled = enabled;
        this.accepted = List.copyOf(accepted);
    }

    public RouterFunction<ServerResponse> routes(WebApi web) {
        return web.routes().post("/api/v1/write", MOST_BODY_BYTES, this::write).build();
    }

    private Answer write(ApiRequest request) {
        if (!enabled) {
            return Answer.text(
                    404, "remote write receiver needs to be enabled with --web.enable-remote-write-receiver");
        }
        String contentType = request.header("Content-Type");
        String message = message(contentType);
        if (message == null) {
            return Answer.text(
                    415,
                    "expected application/x-protobuf as the first (media) part, got " + contentType + " content-type");
        }
        if (!accepted.contains(message)) {
            return Answer.text(
                    415,
                    message + " protobuf message is not accepted by this server; only accepts "
                            + String.join(", ", accepted));
        }
        String encoding = request.header("Content-Encoding");
        if (!encoding.isEmpty() && !encoding.equals("snappy")) {
            return Answer.text(
                    415,
                    encoding + " encoding (compression) is not accepted by this server; only snappy is acceptable");
        }
        RemoteWriteReceiver.Outcome outcome = receiver.receive(request.body(), message.equals(V2));
        String text = outcome.text().isEmpty() ? "" : outcome.text() + "\n";
        return new Answer.Raw(
                outcome.status(),
                "text/plain; charset=utf-8",
                Map.of(
                        "X-Prometheus-Remote-Write-Samples-Written", Integer.toString(outcome.samples()),
                        "X-Prometheus-Remote-Write-Histograms-Written", Integer.toString(outcome.histograms()),
                        "X-Prometheus-Remote-Write-Exemplars-Written", Integer.toString(outcome.exemplars())),
                out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// The message a content type names, null where it names none that exists.
    private static @Nullable String message(String contentType) {
        if (contentType.isBlank()) {
            return V1;
        }
        String[] parts = contentType.split(";");
        if (!parts[0].strip().toLowerCase(Locale.ROOT).equals("application/x-protobuf")) {
            return null;
        }
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].strip().split("=", 2);
            if (pair.length == 2 && pair[0].strip().equals("proto")) {
                String name = pair[1].strip();
                return name.equals(V1) || name.equals(V2) ? name : null;
            }
        }
        return V1;
    }
}
