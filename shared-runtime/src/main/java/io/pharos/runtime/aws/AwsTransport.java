package io.pharos.runtime.aws;

import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Sends one request and waits for its answer.
@FunctionalInterface
public interface AwsTransport {
    /// An answer of any status.
    record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// @throws IOException when there is no answer
    Answer send(HttpCall call) throws IOException, InterruptedException;

    static AwsTransport of(HttpSender sender) {
        return call -> {
            var reply = sender.call(call);
            return new Answer(reply.status(), reply.body());
        };
    }
}
