package io.pharos.discovery;

import io.pharos.model.config.HttpConfig;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A source that asks an HTTP server anew after every interval. A failure keeps the groups found before.
///
/// @param interval time between the end of one look and the next
/// @param http how the server is asked
/// @param opening makes what looks, once a run
public record RefreshingSource(
        String mechanism,
        Object configuration,
        Duration interval,
        HttpClients clients,
        HttpConfig http,
        Opening opening)
        implements TargetSource {
    public RefreshingSource {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "refresh interval of " + mechanism + " discovery is " + interval + "; it must be longer than zero");
        }
    }

    /// Begins to look, with a sender that is closed at the end of the run.
    @FunctionalInterface
    public interface Opening {
        Look open(HttpSender sender);
    }

    /// Looks at what is there.
    @FunctionalInterface
    public interface Look {
        /// The groups there are now, and empty ones for those that went away.
        List<TargetGroup> groups() throws IOException, InterruptedException;
    }

    @Override
    public void run(Updates updates) throws InterruptedException {
        try (HttpSender sender = clients.open("discovery-" + mechanism, http)) {
            Look look = opening.open(sender);
            while (true) {
                try {
                    updates.found(look.groups());
                } catch (IOException | RuntimeException e) {
                    updates.failed(e);
                }
                Thread.sleep(interval);
            }
        }
    }
}
