package io.pharos.notifier;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// When the next attempt is due: exponential waits with jitter, counted from the moment the last attempt was due to
/// begin, so that a slow one may be followed at once. Decides; waits for nothing. Not thread-safe.
final class RetrySchedule {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.5;

    private final RandomGenerator random;
    private double intervalMs = FIRST.toMillis();
    private Instant due;

    RetrySchedule(Instant firstAttempt, RandomGenerator random) {
        this.due = firstAttempt;
        this.random = random;
    }

    /// When to try again, `now` being the end of an attempt; may be past.
    Instant next(Instant now) {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        due = due.plusMillis(Math.round(intervalMs * factor));
        intervalMs = Math.min(intervalMs * GROWTH, MOST.toMillis());
        if (due.isBefore(now)) {
            due = now;
        }
        return due;
    }
}
