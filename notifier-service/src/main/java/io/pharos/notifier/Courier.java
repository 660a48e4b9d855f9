package io.pharos.notifier;

import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.port.Notifier;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import io.pharos.notifier.Senders.Transports;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.FailureReason;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.runtime.reload.Reloadable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers notifications: tries, waits and tries again until it arrives, is refused, or the deadline passes
/// (`notify/retry_stage.go` of Alertmanager 0.34). Thread-safe; [#deliver] blocks.
///
/// A notification that was delivered is not delivered again under the same id, as far as the last ten thousand are
/// concerned; a second call during a delivery waits for the first one's outcome.
public final class Courier implements Notifier, Reloadable<AlertmanagerConfig>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int REMEMBERED = 10_000;

    private final Transports transports;
    private final InstantSource time;
    private final Pause pause;
    private final RandomGenerator random;
    private final CourierMeters meters;
    private final Map<String, CompletableFuture<Outcome>> known = new LinkedHashMap<>();
    private final Consumer<NotificationTemplates> warmUp;
    private final AtomicBoolean warmed = new AtomicBoolean();
    private volatile Senders senders = Senders.NONE;

    /// @param warmUp called once, when the first integrations are in force
    Courier(
            Transports transports,
            InstantSource time,
            Pause pause,
            RandomGenerator random,
            CourierMeters meters,
            Consumer<NotificationTemplates> warmUp) {
        this.transports = transports;
        this.time = time;
        this.pause = pause;
        this.random = random;
        this.meters = meters;
        this.warmUp = warmUp;
    }

    @Override
    public Runnable prepare(AlertmanagerConfig config) {
        Senders built = Senders.build(config, transports, time);
        return () -> {
            Senders old = senders;
            senders = built;
            built.visit(meters::of);
            old.close();
            if (!built.isEmpty() && warmed.compareAndSet(false, true)) {
                warmUp.accept(built.templates());
            }
        };
    }

    /// Throws [CancellationException] when the thread is interrupted.
    @Override
    public Outcome deliver(Notification notification) {
        var mine = new CompletableFuture<Outcome>();
        CompletableFuture<Outcome> first;
        synchronized (known) {
            first = known.putIfAbsent(notification.id(), mine);
        }
        if (first != null) {
            return await(first);
        }
        Outcome outcome = null;
        try {
            outcome = attempts(notification);
            mine.complete(outcome);
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("notification " + notification.id() + " was cancelled");
        } finally {
            mine.complete(new Outcome.GaveUp(0, "the first delivery under this id was cancelled"));
            remember(notification.id(), outcome);
        }
    }

    private static Outcome await(CompletableFuture<Outcome> first) {
        try {
            return first.get();
        } catch (ExecutionException e) {
            return new Outcome.GaveUp(0, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("cancelled while another call delivered the same notification");
        }
    }

    private void remember(String id, @Nullable Outcome outcome) {
        synchronized (known) {
            if (!(outcome instanceof Outcome.Delivered)) {
                known.remove(id);
            }
            var oldest = known.entrySet().iterator();
            while (known.size() > REMEMBERED && oldest.hasNext()) {
                if (oldest.next().getValue().isDone()) {
                    oldest.remove();
                } else {
                    break;
                }
            }
        }
    }

    private Outcome attempts(Notification n) throws InterruptedException {
        Senders current = senders;
        Optional<Sender> found = current.find(n.receiver(), n.integration(), n.integrationIndex());
        String who = n.receiver() + "/" + n.integration() + "[" + n.integrationIndex() + "]";
        if (found.isEmpty()) {
            return new Outcome.Refused(who + ": no such integration is configured; was the configuration reloaded?");
        }
        CourierMeters.Kind kind = meters.of(n.integration(), n.receiver());
        Letter letter = Letter.of(n, current.templates(), time);
        var schedule = new RetrySchedule(time.instant(), random);
        Attempt.Failed last = null;
        int count = 0;
        while (last == null || time.instant().isBefore(n.deadline())) {
            count++;
            Attempt attempt;
            try {
                attempt = attempt(found.get(), letter, kind);
            } catch (InterruptedException e) {
                kind.failed(FailureReason.CANCELED);
                throw e;
            }
            switch (attempt) {
                case Attempt.Delivered(Map<String, String> data) -> {
                    LOG.debug("{}: notify success, attempts: {}", who, count);
                    return new Outcome.Delivered(data);
                }
                case Attempt.Failed failed
                when !failed.retry() -> {
                    kind.failed(failed.reason());
                    return new Outcome.Refused(who + ": notify retry canceled due to unrecoverable error after " + count
                            + " attempts: " + failed.error());
                }
                case Attempt.Failed failed -> {
                    last = failed;
                    if (count == 1 || count % 10 == 0) {
                        LOG.warn("{}: notify attempt {} failed, will retry later: {}", who, count, failed.error());
                    }
                }
            }
            Instant due = schedule.next(time.instant());
            if (due.isAfter(n.deadline())) {
                waitUntil(n.deadline(), kind);
                break;
            }
            waitUntil(due, kind);
        }
        kind.failed(FailureReason.DEADLINE);
        return new Outcome.GaveUp(
                count,
                who + ": notify retry canceled after " + count + " attempts: " + (last == null ? "" : last.error()));
    }

    private void waitUntil(Instant due, CourierMeters.Kind kind) throws InterruptedException {
        Duration left = Duration.between(time.instant(), due);
        if (left.isPositive()) {
            try {
                pause.sleep(left);
            } catch (InterruptedException e) {
                kind.failed(FailureReason.CANCELED);
                throw e;
            }
        }
    }

    private Attempt attempt(Sender sender, Letter letter, CourierMeters.Kind kind) throws InterruptedException {
        Instant began = time.instant();
        Attempt attempt;
        try {
            attempt = sender.send(letter);
        } catch (TemplateException e) {
            attempt = Attempt.refused(e.text());
        } catch (RuntimeException e) {
            LOG.error("bug: an integration failed in a way that is not foreseen", e);
            attempt = Attempt.refused("bug: " + e);
        }
        kind.attempted(Duration.between(began, time.instant()), attempt instanceof Attempt.Failed);
        return attempt;
    }

    @Override
    public void close() {
        senders.close();
    }
}
