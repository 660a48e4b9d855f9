package io.pharos.alertmanager.group;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/// A clock that a test moves, and what is to run at its moments: in the order of time, equal moments in the order in
/// which they were set. What runs may set more. For one running thread at a time.
public final class Agenda implements InstantSource {
    private record Pending(Instant when, long order, Runnable task) implements Comparable<Pending> {
        @Override
        public int compareTo(Pending other) {
            int byTime = when.compareTo(other.when);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Pending> pending = new PriorityQueue<>();
    private volatile Instant now;
    private long order;

    public Agenda(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /// Has `task` run when the clock gets there; a moment that has passed is the present one.
    public Wakeups.Alarm at(Instant when, Runnable task) {
        var alarm = new Pending(when.isBefore(now) ? now : when, order++, task);
        pending.add(alarm);
        return () -> pending.remove(alarm);
    }

    /// Runs everything due until then, each at its moment.
    public void advanceTo(Instant target) {
        while (!pending.isEmpty() && !pending.peek().when().isAfter(target)) {
            Pending next = pending.poll();
            skipTo(next.when());
            next.task().run();
        }
        skipTo(target);
    }

    /// Moves the clock alone; what is due meanwhile runs late. Never backwards.
    void skipTo(Instant target) {
        if (target.isAfter(now)) {
            now = target;
        }
    }

    void clear() {
        pending.clear();
    }
}
