package io.pharos.notifier.receiver;

import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/// Sends one call and judges its reply: what most integrations do.
public final class Exchange {
    private Exchange() {}

    /// Sends `call`; no reply is a failure worth another attempt.
    public static Attempt of(Transport transport, HttpCall call, Duration timeout, Function<HttpReply, Attempt> judge)
            throws InterruptedException {
        if (timeout.isZero()) {
            return new Attempt.Failed(true, FailureReason.DEADLINE, "context deadline exceeded");
        }
        try {
            return judge.apply(transport.send(call, timeout));
        } catch (IOException e) {
            return Attempt.failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }
}
