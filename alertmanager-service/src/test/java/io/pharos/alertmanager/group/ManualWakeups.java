package io.pharos.alertmanager.group;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/// A clock and its alarms, driven by a test.
public final class ManualWakeups implements Wakeups, InstantSource {
    private record Pending(Instant when, long order, Runnable task) implements Comparable<Pending> {
        @Override
        public int compareTo(Pending other) {
            int byTime = when.compareTo(other.when);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Pending> pending = new PriorityQueue<>();
    private Instant now;
    private long order;

    public ManualWakeups(Instant start) {
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

    @Override
    public void pause(Duration span) {
        if (span.isPositive()) {
            now = now.plus(span);
        }
    }

    /// Runs everything due until then, each at its moment.
    public void advanceTo(Instant target) {
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

    public void advance(Duration span) {
        advanceTo(now.plus(span));
    }

    @Override
    public void close() {
        pending.clear();
    }
}
