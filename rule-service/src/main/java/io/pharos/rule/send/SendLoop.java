package io.pharos.rule.send;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.model.alert.Alert;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the alerts of one queue to one alertmanager, batch by batch, on a virtual thread. A batch that is not
/// taken is dropped: rules hand alerts over again. Thread-safe.
final class SendLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SendLoop.class);

    private final String url;
    private final AlertPost post;
    private final int batchSize;
    private final boolean drain;
    private final Outbox outbox;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final Counter sent;
    private final Counter errors;
    private final Counter dropped;
    private final List<Timer> latency;
    private final Thread thread;
    private boolean stopped;

    SendLoop(String url, AlertPost post, QueueLimits limits, MeterRegistry registry) {
        this.url = url;
        this.post = post;
        this.batchSize = limits.batchSize();
        this.drain = limits.drain();
        this.outbox = new Outbox(limits.capacity());
        this.registry = registry;
        this.sent = counter("prometheus_notifications_sent_total", "Total number of alerts sent.");
        this.errors =
                counter("prometheus_notifications_errors_total", "Total number of sent alerts affected by errors.");
        this.dropped = counter(
                "prometheus_notifications_dropped_total",
                "Total number of alerts dropped due to errors when sending to Alertmanager.");
        meters.add(Gauge.builder("prometheus_notifications_queue_length", this::waiting)
                .description("The number of alert notifications in the queue.")
                .tag("alertmanager", url)
                .register(registry));
        meters.add(Gauge.builder("prometheus_notifications_queue_capacity", limits::capacity)
                .description("The capacity of the alert notifications queue.")
                .tag("alertmanager", url)
                .register(registry));
        this.latency = List.of(
                Timer.builder("prometheus_notifications_latency_seconds")
                        .description("Latency quantiles for sending alert notifications.")
                        .tag("alertmanager", url)
                        .publishPercentiles(0.5, 0.9, 0.99)
                        .register(registry),
                Timer.builder("prometheus_notifications_latency_histogram_seconds")
                        .description("Latency histogram for sending alert notifications.")
                        .tag("alertmanager", url)
                        .serviceLevelObjectives(
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10))
                        .register(registry));
        meters.addAll(latency);
        this.thread = Thread.ofVirtual().name("alerts-" + url).start(this::run);
    }

    private Counter counter(String name, String description) {
        Counter counter = Counter.builder(name)
                .description(description)
                .tag("alertmanager", url)
                .register(registry);
        meters.add(counter);
        return counter;
    }

    void add(List<Alert> alerts) {
        if (alerts.isEmpty()) {
            return;
        }
        int lost;
        lock.lock();
        try {
            lost = outbox.add(alerts);
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (lost > 0) {
            LOG.warn("queue of alerts for {} is full, {} were dropped", url, lost);
            dropped.increment(lost);
        }
    }

    /// Ends the loop, after what waits was sent where draining is on; until then [#join].
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the end, cuts it off where that takes too long, and takes the meters away.
    void join(Duration most) throws InterruptedException {
        if (!thread.join(most)) {
            thread.interrupt();
        }
        meters.forEach(registry::remove);
    }

    private int waiting() {
        lock.lock();
        try {
            return outbox.size();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                List<Alert> batch = next();
                if (batch.isEmpty()) {
                    return;
                }
                send(batch);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The next batch; empty once it is over.
    private List<Alert> next() throws InterruptedException {
        lock.lock();
        try {
            while (outbox.size() == 0 && !stopped) {
                changed.await();
            }
            if (stopped && !drain && outbox.size() > 0) {
                LOG.warn("{} alerts for {} are dropped at the end", outbox.size(), url);
                dropped.increment(outbox.size());
                return List.of();
            }
            return outbox.take(batchSize);
        } finally {
            lock.unlock();
        }
    }

    private void send(List<Alert> batch) throws InterruptedException {
        long startNs = System.nanoTime();
        String failure;
        try {
            int status = post.post(url, AlertJson.encode(batch));
            failure = status / 100 == 2 ? "" : "bad response status " + status;
        } catch (IOException | RuntimeException e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        if (failure.isEmpty()) {
            Duration took = Duration.ofNanos(System.nanoTime() - startNs);
            latency.forEach(timer -> timer.record(took));
            sent.increment(batch.size());
        } else {
            LOG.warn("{} alerts were not taken by {}: {}", batch.size(), url, failure);
            errors.increment(batch.size());
            dropped.increment(batch.size());
        }
    }
}
