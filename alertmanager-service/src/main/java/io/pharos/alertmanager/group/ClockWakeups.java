package io.pharos.alertmanager.group;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Wake-ups by the machine's clock, on one thread.
public final class ClockWakeups implements Wakeups {
    private final InstantSource time;
    private final ScheduledThreadPoolExecutor thread;

    public ClockWakeups(InstantSource time) {
        this.time = time;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("dispatch-timer").factory());
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Alarm at(Instant when, Runnable task) {
        Duration delay = Duration.between(time.instant(), when);
        // Far ends of time do not fit into nanoseconds; a year is as good as never.
        long nanos = delay.toDays() > 365 ? TimeUnit.DAYS.toNanos(365) : Math.max(0, delay.toNanos());
        ScheduledFuture<?> future = thread.schedule(task, nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void pause(Duration span) throws InterruptedException {
        if (span.isPositive()) {
            Thread.sleep(span);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
