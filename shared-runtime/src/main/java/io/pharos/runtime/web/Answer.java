package io.pharos.runtime.web;

import io.pharos.model.port.ApiError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a handler answers.
public sealed interface Answer {
    /// Status 200 with `{"status":"success","data":…,"warnings":…,"infos":…}`. At most ten warnings and ten infos are
    /// shown, then how many more there are. The data is written after the handler has returned, on its thread.
    record Data(JsonBody data, List<String> warnings, List<String> infos) implements Answer {
        public Data {
            warnings = List.copyOf(warnings);
            infos = List.copyOf(infos);
        }
    }

    /// `{"status":"error","errorType":…,"error":…}` with the error's status.
    record Failure(ApiError error, String message, @Nullable JsonBody data) implements Answer {}

    /// Status 204, no body.
    record Empty() implements Answer {}

    /// Any other response. `headers` are set as they are, an empty type is left out; the body is compressed like the
    /// others.
    record Raw(int status, String contentType, Map<String, String> headers, Body body) implements Answer {
        public Raw {
            headers = Map.copyOf(headers);
        }
    }

    /// Writes a body straight to the client.
    @FunctionalInterface
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    static Answer data(JsonBody data) {
        return new Data(data, List.of(), List.of());
    }

    static Answer data(JsonBody data, List<String> warnings) {
        return new Data(data, warnings, List.of());
    }

    static Answer empty() {
        return new Empty();
    }

    /// What Go's `http.Error` and friends send: plain text, with a newline where it has none.
    static Answer text(int status, String text) {
        String line = text.endsWith("\n") ? text : text + "\n";
        return new Raw(
                status,
                "text/plain; charset=utf-8",
                status < 400 ? Map.of() : Map.of("X-Content-Type-Options", "nosniff"),
                out -> out.write(line.getBytes(StandardCharsets.UTF_8)));
    }

    /// Bytes as they are, status 200.
    static Answer bytes(String contentType, byte[] bytes) {
        return new Raw(200, contentType, Map.of(), out -> out.write(bytes));
    }
}
