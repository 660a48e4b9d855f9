package io.pharos.alertmanager.group;

import java.time.Duration;
import java.time.Instant;

/// An alarm clock for the drivers: real in production, driven by hand in tests.
public interface Wakeups extends AutoCloseable {
    /// Takes back a wake-up that has not happened yet.
    interface Alarm {
        void cancel();
    }

    /// Runs `task`, which must be short, at `when`, or at once where that has passed.
    Alarm at(Instant when, Runnable task);

    /// Waits on the calling thread.
    void pause(Duration span) throws InterruptedException;

    @Override
    void close();
}
