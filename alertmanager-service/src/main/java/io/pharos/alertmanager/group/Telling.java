package io.pharos.alertmanager.group;

import io.pharos.alertmanager.cluster.Turn;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.XxHash64;
import io.pharos.model.port.Notifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells one integration of a flush: waits for its turn, looks into the log whether there is anything to tell,
/// delivers, and notes it.
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    private final NotificationLog log;
    private final Notifier notifier;
    private final Turn turn;
    private final Wakeups wakeups;
    private final InstantSource time;
    private final Journal journal;
    private final DispatchMeters meters;
    private final String externalUrl;

    Telling(
            NotificationLog log,
            Notifier notifier,
            Turn turn,
            Wakeups wakeups,
            InstantSource time,
            Journal journal,
            DispatchMeters meters,
            String externalUrl) {
        this.log = log;
        this.notifier = notifier;
        this.turn = turn;
        this.wakeups = wakeups;
        this.time = time;
        this.journal = journal;
        this.meters = meters;
        this.externalUrl = externalUrl;
    }

    /// The alerts of a flush that may be told, as they stood at a moment.
    record Seen(Instant at, List<Alert> alerts) {}

    /// Whether all went well: delivered, or nothing to tell.
    ///
    /// @param first what was seen at the tick
    /// @param again looks anew, for a replica that waited: what resolved or was silenced meanwhile
    boolean tell(
            AggregationGroup group,
            AggregationGroup.Flush flush,
            Seen first,
            Supplier<Seen> again,
            Labels routeLabels,
            String receiver,
            Dispatching.Integration integration)
            throws InterruptedException {
        // Those before us in the cluster notify first; the log is read only after the wait, when it holds what they
        // told.
        Duration delay = turn.delay();
        wakeups.pause(delay);
        Seen seen = delay.isPositive() ? again.get() : first;
        List<Alert> alerts = seen.alerts();
        if (alerts.isEmpty()) {
            return true;
        }
        var key = new NotificationLog.Key(group.key(), receiver, integration.kind(), integration.index());
        Set<Long> firing = new LinkedHashSet<>();
        Set<Long> resolved = new LinkedHashSet<>();
        for (Alert alert : alerts) {
            (alert.isResolvedAt(seen.at()) ? resolved : firing).add(hash(alert.labels()));
        }
        Optional<NotificationLog.Entry> last = log.find(key);
        Duration repeat = group.route().repeatInterval();
        Deduplication.Reason reason =
                Deduplication.decide(last, firing, resolved, integration.sendResolved(), repeat, flush.tick());
        if (reason == Deduplication.Reason.NONE) {
            return true;
        }
        meters.notification(integration.kind(), receiver);
        Map<String, String> data = reason == Deduplication.Reason.FIRST
                ? Map.of()
                : last.map(NotificationLog.Entry::data).orElse(Map.of());
        List<Alert> sent = integration.sendResolved()
                ? alerts
                : alerts.stream()
                        .filter(alert -> !alert.isResolvedAt(seen.at()))
                        .toList();
        if (sent.isEmpty()) {
            log.add(key, time.instant(), firing, resolved, data, repeat).ifPresent(journal::notified);
            return true;
        }
        var notification = new Notifier.Notification(
                id(key, flush.tick()),
                flush.deadline(),
                receiver,
                integration.kind(),
                integration.index(),
                group.key(),
                group.labels(),
                routeLabels,
                sent,
                0,
                externalUrl,
                seen.at(),
                reason.text(),
                data);
        Instant began = time.instant();
        Notifier.Outcome outcome = deliver(notification);
        Instant ended = time.instant();
        if (outcome instanceof Notifier.Outcome.Delivered(Map<String, String> kept)) {
            // First of all, so that a crash from here on does not have it told again.
            log.add(key, ended, firing, resolved, kept, repeat).ifPresent(journal::notified);
        }
        return record(notification, outcome, key, began, Duration.between(began, ended));
    }

    private Notifier.Outcome deliver(Notifier.Notification notification) throws InterruptedException {
        try {
            return notifier.deliver(notification);
        } catch (CancellationException e) {
            throw new InterruptedException("cancelled");
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("cancelled");
            }
            return new Notifier.Outcome.GaveUp(1, String.valueOf(e.getMessage()));
        }
    }

    /// Writes down what became of it. Whether it was delivered.
    private boolean record(
            Notifier.Notification notification,
            Notifier.Outcome outcome,
            NotificationLog.Key key,
            Instant began,
            Duration latency) {
        List<Long> firing = new ArrayList<>();
        List<Long> resolved = new ArrayList<>();
        for (Alert alert : notification.alerts()) {
            (alert.isResolvedAt(notification.now()) ? resolved : firing).add(alert.fingerprint());
        }
        String reason = notification.notificationReason();
        String where = key.receiver() + "/" + key.integration() + "[" + key.index() + "]";
        return switch (outcome) {
            case Notifier.Outcome.Delivered(Map<String, String> _) -> {
                journal.delivery(new Journal.Delivery(began, key, reason, firing, resolved, "delivered", "", latency));
                LOG.debug("{}: delivered for group {}: {}", where, key.groupKey(), reason);
                yield true;
            }
            case Notifier.Outcome.Refused(String why) -> {
                journal.delivery(new Journal.Delivery(began, key, reason, firing, resolved, "refused", why, latency));
                LOG.error("Notify for alerts failed: {}: group {}: {}", where, key.groupKey(), why);
                yield false;
            }
            case Notifier.Outcome.GaveUp(int attempts, String error) -> {
                journal.delivery(new Journal.Delivery(began, key, reason, firing, resolved, "gave up", error, latency));
                LOG.error(
                        "Notify for alerts failed: {}: gave up after {} attempts: group {}: {}",
                        where,
                        attempts,
                        key.groupKey(),
                        error);
                yield false;
            }
        };
    }

    /// The same for every replica and every try of one tick's notification.
    private static String id(NotificationLog.Key key, Instant tick) {
        byte[] bytes = (key + "@" + tick).getBytes(StandardCharsets.UTF_8);
        return Muting.hex(XxHash64.hash(bytes, 0, bytes.length));
    }

    /// XXH64 of name, 0xFF, value, 0xFF of every label: how the log names an alert.
    static long hash(Labels labels) {
        byte[] encoded = labels.encoded();
        var bytes = new byte[encoded.length];
        int end = 0;
        for (int at = 0; at < encoded.length; ) {
            int start = Labels.textStart(encoded, at);
            int length = Labels.textLength(encoded, at);
            System.arraycopy(encoded, start, bytes, end, length);
            end += length;
            bytes[end++] = (byte) 0xff;
            at = start + length;
        }
        return XxHash64.hash(bytes, 0, end);
    }
}
