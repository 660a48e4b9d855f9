package io.pharos.alertmanager.cluster;

import io.pharos.alertmanager.group.Wakeups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A clock on which many tasks wait, one running at a time: the order of everything is that of the clock, always
/// the same.
final class CooperativeClock extends AbstractExecutorService implements Wakeups, InstantSource {
    private record Pending(Instant when, long order, Runnable task) implements Comparable<Pending> {
        @Override
        public int compareTo(Pending other) {
            int byTime = when.compareTo(other.when);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Pending> pending = new PriorityQueue<>();
    private final Semaphore yielded = new Semaphore(0);
    private volatile Instant now;
    private long order;

    CooperativeClock(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Alarm at(Instant when, Runnable task) {
        var alarm = new Pending(when.isBefore(now) ? now : when, order++, task);
        pending.add(alarm);
        return () -> pending.remove(alarm);
    }

    /// Starts a task and returns when it has ended, or waits for the clock.
    @Override
    public void execute(Runnable task) {
        Thread.startVirtualThread(() -> {
            try {
                task.run();
            } finally {
                yielded.release();
            }
        });
        yielded.acquireUninterruptibly();
    }

    @Override
    public void pause(Duration span) throws InterruptedException {
        if (!span.isPositive()) {
            return;
        }
        var resume = new Semaphore(0);
        at(now.plus(span), () -> {
            resume.release();
            yielded.acquireUninterruptibly();
        });
        yielded.release();
        resume.acquireUninterruptibly();
    }

    void advanceTo(Instant target) {
        while (!pending.isEmpty() && !pending.peek().when().isAfter(target)) {
            Pending next = pending.poll();
            if (next.when().isAfter(now)) {
                now = next.when();
            }
            next.task().run();
        }
        if (target.isAfter(now)) {
            now = target;
        }
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    @Override
    public void close() {}
}
