package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;

/// The times at which a group is evaluated: `k · interval + offset`, in nanoseconds, where the offset comes from
/// a hash of the group's name and file, so that groups spread over the interval.
///
/// Prometheus 3.14, `rules/group.go`, `EvalTimestamp`.
record EvaluationSlots(long intervalNs, long offsetNs) {
    /// A slot, and how many before it were skipped.
    record Next(Instant slot, long missed) {}

    static EvaluationSlots of(String file, String name, Duration interval) {
        long hash = Labels.of("name", name, "file", file).hash();
        return new EvaluationSlots(interval.toNanos(), Long.remainderUnsigned(hash, interval.toNanos()));
    }

    /// The last slot at or before `now`.
    Instant at(Instant now) {
        long adjusted = nanos(now) - offsetNs;
        return instant(adjusted - adjusted % intervalNs + offsetNs);
    }

    /// The slot to evaluate once `now` has come, when `last` was the one before. Slots that passed meanwhile
    /// are missed. When the clock went back behind `last`, starts anew from `now`.
    Next after(Instant last, Instant now) {
        long passed = nanos(now) - nanos(last);
        if (passed < 0) {
            return new Next(at(now), 0);
        }
        long missed = Math.max(0, passed / intervalNs - 1);
        return new Next(instant(nanos(last) + (missed + 1) * intervalNs), missed);
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
