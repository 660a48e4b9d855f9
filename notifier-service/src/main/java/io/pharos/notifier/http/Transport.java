package io.pharos.notifier.http;

import java.io.IOException;
import java.time.Duration;

/// Sends calls as an `http_config` says. Thread-safe; blocking; interruptible.
@FunctionalInterface
public interface Transport {
    /// @param timeout how long the whole exchange may take
    /// @throws IOException when there is no reply; its message names no URL
    HttpReply send(HttpCall call, Duration timeout) throws IOException, InterruptedException;
}
