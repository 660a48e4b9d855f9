package io.pharos.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A source that asks anew after every interval. A failure keeps the groups found before.
///
/// @param interval time between the end of one look and the next; a look may set another for the next time
public record RefreshingSource(String mechanism, Object configuration, Duration interval, Look look)
        implements TargetSource {
    public RefreshingSource {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "refresh interval of " + mechanism + " discovery is " + interval + "; it must be longer than zero");
        }
    }

    /// One look at what is there.
    @FunctionalInterface
    public interface Look {
        /// The groups there are now, and empty ones for those that went away.
        List<TargetGroup> groups() throws IOException, InterruptedException;
    }

    @Override
    public void run(Updates updates) throws InterruptedException {
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
