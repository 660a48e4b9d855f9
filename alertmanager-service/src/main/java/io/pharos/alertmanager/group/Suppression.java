package io.pharos.alertmanager.group;

import io.pharos.alertmanager.mute.Muting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a flush found to be suppressed that was not before, or no longer, as events of each alert's history. Pure.
final class Suppression {
    private static final List<String> NOBODY = List.of();

    private Suppression() {}

    /// @param before what suppressed each alert at the flush before, by fingerprint; absent means nothing
    /// @param mutedBefore time intervals that muted the group then
    static List<Journal.Event> changes(
            Map<Long, Muting.Mark> before,
            Map<Long, Muting.Mark> after,
            List<String> mutedBefore,
            List<String> mutedAfter,
            Instant at) {
        var events = new ArrayList<Journal.Event>();
        after.forEach((fingerprint, mark) -> {
            Muting.Mark old = before.get(fingerprint);
            add(events, fingerprint, at, "silenced", old == null ? NOBODY : old.silencedBy(), mark.silencedBy());
            add(events, fingerprint, at, "inhibited", old == null ? NOBODY : old.inhibitedBy(), mark.inhibitedBy());
            add(events, fingerprint, at, "muted", mutedBefore, mutedAfter);
        });
        return events;
    }

    private static void add(
            List<Journal.Event> events,
            long fingerprint,
            Instant at,
            String what,
            List<String> before,
            List<String> after) {
        if (!after.equals(before)) {
            events.add(
                    after.isEmpty()
                            ? new Journal.Event(fingerprint, at, "no longer " + what, String.join(", ", before))
                            : new Journal.Event(fingerprint, at, what, String.join(", ", after)));
        }
    }
}
