package io.pharos.alertmanager.mute;

import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decides which alerts of a flush may be told, in Alertmanager's order: inhibition, active time, mute time,
/// silences.
public final class Muting {
    /// Why alerts were left out; the names are those of `alertmanager_notifications_suppressed_total`.
    public enum Reason {
        INHIBITION("inhibition"),
        ACTIVE_TIME("active_time_interval"),
        MUTE_TIME("mute_time_interval"),
        SILENCE("silence");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /// What suppresses an alert; both lists empty where nothing does.
    public record Mark(List<String> silencedBy, List<String> inhibitedBy) {
        private static final Mark NONE = new Mark(List.of(), List.of());

        public Mark {
            silencedBy = List.copyOf(silencedBy);
            inhibitedBy = List.copyOf(inhibitedBy);
        }

        static Mark of(List<String> silencedBy, List<String> inhibitedBy) {
            return silencedBy.isEmpty() && inhibitedBy.isEmpty() ? NONE : new Mark(silencedBy, inhibitedBy);
        }

        public boolean isSuppressed() {
            return !silencedBy.isEmpty() || !inhibitedBy.isEmpty();
        }
    }

    /// The outcome for one flush.
    ///
    /// @param told alerts that are left
    /// @param mutedBy names of the time intervals that mute the whole group; empty where none does
    /// @param timesJudged whether time intervals were looked at: not where inhibition left nothing
    /// @param marks what suppresses each alert looked at, by fingerprint
    /// @param suppressed how many alerts each reason left out
    public record Verdict(
            List<Alert> told,
            List<String> mutedBy,
            boolean timesJudged,
            Map<Long, Mark> marks,
            Map<Reason, Integer> suppressed) {}

    private final Inhibitor inhibitor;
    private final Silences silences;
    private final TimeIntervals intervals;

    public Muting(Inhibitor inhibitor, Silences silences, TimeIntervals intervals) {
        this.inhibitor = inhibitor;
        this.silences = silences;
        this.intervals = intervals;
    }

    /// @param tick when the flush began: time intervals are judged by it
    public Verdict judge(Route route, List<Alert> alerts, Instant tick, Instant now) {
        var marks = new LinkedHashMap<Long, Mark>();
        var suppressed = new LinkedHashMap<Reason, Integer>();
        var uninhibited = new ArrayList<Alert>();
        for (Alert alert : alerts) {
            List<String> by = inhibitedBy(alert.labels(), now);
            marks.put(alert.fingerprint(), Mark.of(List.of(), by));
            if (by.isEmpty()) {
                uninhibited.add(alert);
            }
        }
        count(suppressed, Reason.INHIBITION, alerts.size() - uninhibited.size());
        if (uninhibited.isEmpty()) {
            return new Verdict(List.of(), List.of(), false, marks, suppressed);
        }
        if (!route.activeIntervals().isEmpty()
                && intervals.holding(route.activeIntervals(), tick).isEmpty()) {
            count(suppressed, Reason.ACTIVE_TIME, uninhibited.size());
            return new Verdict(List.of(), route.activeIntervals(), true, marks, suppressed);
        }
        List<String> muted = intervals.holding(route.muteIntervals(), tick);
        if (!muted.isEmpty()) {
            count(suppressed, Reason.MUTE_TIME, uninhibited.size());
            return new Verdict(List.of(), muted, true, marks, suppressed);
        }
        var told = new ArrayList<Alert>();
        for (Alert alert : uninhibited) {
            List<String> by = silences.covering(alert.labels(), now);
            marks.put(alert.fingerprint(), Mark.of(by, List.of()));
            if (by.isEmpty()) {
                told.add(alert);
            }
        }
        count(suppressed, Reason.SILENCE, uninhibited.size() - told.size());
        return new Verdict(List.copyOf(told), List.of(), true, marks, suppressed);
    }

    /// What would suppress an alert with `labels` now, time intervals aside: what the API shows.
    public Mark predict(Labels labels, Instant now) {
        return Mark.of(silences.covering(labels, now), inhibitedBy(labels, now));
    }

    private List<String> inhibitedBy(Labels labels, Instant now) {
        return inhibitor.inhibiting(labels, now).map(Muting::hex).map(List::of).orElse(List.of());
    }

    /// A fingerprint as it is shown: 16 hex digits.
    public static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }

    private static void count(Map<Reason, Integer> suppressed, Reason reason, int n) {
        if (n > 0) {
            suppressed.put(reason, n);
        }
    }
}
