package io.pharos.alertmanager.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;

/// What was last told, per group and integration (`nflog/nflog.go`, Alertmanager 0.34). No clock and no disk: the
/// driver hands in the time and keeps what changes. Thread-safe by its own lock.
public final class NotificationLog {
    /// Where a notification went: an integration of a receiver, for one group.
    ///
    /// @param index of the integration among those of its kind in the receiver
    public record Key(String groupKey, String receiver, String integration, int index) {
        /// `groupKey:receiver/integration/index`.
        @Override
        public String toString() {
            return groupKey + ":" + receiver + "/" + integration + "/" + index;
        }
    }

    /// The last notification.
    ///
    /// @param at when it had been delivered
    /// @param firing hashes of the alerts it told as firing
    /// @param data what the integration wants back at the next one
    /// @param expiresAt when the entry is forgotten
    public record Entry(
            Key key, Instant at, Set<Long> firing, Set<Long> resolved, Map<String, String> data, Instant expiresAt) {
        public Entry {
            firing = Set.copyOf(firing);
            resolved = Set.copyOf(resolved);
            data = Map.copyOf(data);
        }
    }

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Duration retention;
    private long queries;
    private long misses;
    private DoubleConsumer timing = _ -> {};

    /// @param retention how long an entry is kept at most
    public NotificationLog(Duration retention) {
        this.retention = retention;
    }

    public synchronized Optional<Entry> find(Key key) {
        long began = System.nanoTime();
        Entry entry = entries.get(key);
        queries++;
        if (entry == null) {
            misses++;
        }
        timing.accept((System.nanoTime() - began) / 1e9);
        return Optional.ofNullable(entry);
    }

    /// Tells `seconds` what each [#find] takes.
    public synchronized void timed(DoubleConsumer seconds) {
        this.timing = seconds;
    }

    /// How often [#find] was asked.
    public synchronized double queries() {
        return queries;
    }

    /// How often [#find] found nothing.
    public synchronized double misses() {
        return misses;
    }

    /// Notes a delivery; empty where a later one is known already. Kept for twice the repeat interval, at most the
    /// retention.
    public synchronized Optional<Entry> add(
            Key key,
            Instant now,
            Set<Long> firing,
            Set<Long> resolved,
            Map<String, String> data,
            Duration repeatInterval) {
        Duration twice = repeatInterval.multipliedBy(2);
        Duration kept = twice.compareTo(retention) < 0 && !twice.isZero() ? twice : retention;
        var entry = new Entry(key, now, firing, resolved, data, now.plus(kept));
        Entry known = entries.get(key);
        if (known != null && known.at().isAfter(now)) {
            return Optional.empty();
        }
        entries.put(key, entry);
        return Optional.of(entry);
    }

    /// Takes an entry of a replica, or of the disk, where it is unexpired and newer than ours. Whether it was
    /// taken.
    public synchronized boolean merge(Entry entry, Instant now) {
        if (entry.expiresAt().isBefore(now)) {
            return false;
        }
        Entry known = entries.get(entry.key());
        if (known != null && !known.at().isBefore(entry.at())) {
            return false;
        }
        entries.put(entry.key(), entry);
        return true;
    }

    /// Forgets what has expired, and says what that was.
    public synchronized List<Key> collect(Instant now) {
        var gone = new ArrayList<Key>();
        entries.values().removeIf(entry -> {
            boolean expired = !entry.expiresAt().isAfter(now);
            if (expired) {
                gone.add(entry.key());
            }
            return expired;
        });
        return gone;
    }

    public synchronized List<Entry> all() {
        return List.copyOf(entries.values());
    }
}
