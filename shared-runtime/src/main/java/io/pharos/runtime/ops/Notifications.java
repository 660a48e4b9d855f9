package io.pharos.runtime.ops;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/// What the operator should know right now, as `/api/v1/notifications` tells it. Thread-safe.
public final class Notifications {
    public static final String RELOAD_FAILED = "Configuration reload has failed.";
    public static final String STARTING = "Prometheus is starting and replaying the write-ahead log (WAL).";
    public static final String SHUTTING_DOWN = "Prometheus is shutting down and gracefully stopping all operations.";

    /// How many changes a slow subscriber may be behind.
    private static final int BACKLOG = 64;

    /// One notification; not active once it is over.
    public record Notification(String text, Instant date, boolean active) {}

    /// A reader of changes; closed when it goes away.
    final class Subscription implements AutoCloseable {
        private final BlockingQueue<Notification> changes = new LinkedBlockingQueue<>(BACKLOG);

        /// The next change; waits for it.
        Notification next() throws InterruptedException {
            return changes.take();
        }

        @Override
        public void close() {
            synchronized (Notifications.this) {
                subscribers.remove(this);
            }
        }
    }

    private final InstantSource time;
    private final int mostSubscribers;
    private final Map<String, Notification> active = new LinkedHashMap<>();
    private final List<Subscription> subscribers = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    public Notifications(InstantSource time, int mostSubscribers) {
        this.time = time;
        this.mostSubscribers = mostSubscribers;
    }

    /// Shows a text until it is taken back.
    public synchronized void add(String text) {
        var notification = new Notification(text, time.instant(), true);
        active.put(text, notification);
        tell(notification);
    }

    /// Takes a text back; nothing where it is not shown.
    public synchronized void remove(String text) {
        Notification old = active.remove(text);
        if (old != null) {
            tell(new Notification(text, old.date(), false));
        }
    }

    public synchronized List<Notification> active() {
        return List.copyOf(active.values());
    }

    /// Follows changes, those active now first; absent when there are too many readers.
    synchronized Optional<Subscription> subscribe() {
        if (subscribers.size() >= mostSubscribers) {
            return Optional.empty();
        }
        var subscription = new Subscription();
        subscription.changes.addAll(active.values());
        subscribers.add(subscription);
        return Optional.of(subscription);
    }

    synchronized int subscriberCount() {
        return subscribers.size();
    }

    long sentCount() {
        return sent.get();
    }

    long droppedCount() {
        return dropped.get();
    }

    private void tell(Notification change) {
        for (Subscription subscriber : subscribers) {
            (subscriber.changes.offer(change) ? sent : dropped).incrementAndGet();
        }
    }
}
