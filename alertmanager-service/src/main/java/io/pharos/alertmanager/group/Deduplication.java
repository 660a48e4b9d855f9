package io.pharos.alertmanager.group;

import io.pharos.alertmanager.log.NotificationLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Decides whether a flush is told, given what was told last (`notify/dedup_stage.go`, Alertmanager 0.34). Pure.
final class Deduplication {
    /// Why a notification is sent, or that it is not.
    enum Reason {
        NONE("none"),
        FIRST("first notification"),
        NEW_ALERTS("new alerts added"),
        ALL_RESOLVED("all alerts resolved"),
        SOME_RESOLVED("some alerts resolved"),
        REPEAT("repeat interval elapsed");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private Deduplication() {}

    /// @param last what the log holds for this group and integration
    /// @param tick when the flush began
    static Reason decide(
            Optional<NotificationLog.Entry> last,
            Set<Long> firing,
            Set<Long> resolved,
            boolean sendResolved,
            Duration repeatInterval,
            Instant tick) {
        if (last.isEmpty()) {
            return firing.isEmpty() ? Reason.NONE : Reason.FIRST;
        }
        NotificationLog.Entry entry = last.get();
        if (!entry.firing().containsAll(firing)) {
            return entry.firing().isEmpty() ? Reason.FIRST : Reason.NEW_ALERTS;
        }
        if (firing.isEmpty()) {
            return entry.firing().isEmpty() ? Reason.NONE : Reason.ALL_RESOLVED;
        }
        if (sendResolved && !entry.resolved().containsAll(resolved)) {
            return Reason.SOME_RESOLVED;
        }
        return entry.at().isBefore(tick.minus(repeatInterval)) ? Reason.REPEAT : Reason.NONE;
    }
}
