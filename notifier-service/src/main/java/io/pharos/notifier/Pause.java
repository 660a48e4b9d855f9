package io.pharos.notifier;

import java.time.Duration;

/// Waits: real time in production, driven time in tests.
@FunctionalInterface
interface Pause {
    void sleep(Duration duration) throws InterruptedException;
}
