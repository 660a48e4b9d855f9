package io.pharos.alertmanager.group;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock and its alarms, driven by a test.
public final class ManualWakeups implements Wakeups, InstantSource {
    private final Agenda agenda;

    public ManualWakeups(Instant start) {
        this.agenda = new Agenda(start);
    }

    @Override
    public Instant instant() {
        return agenda.instant();
    }

    @Override
    public Alarm at(Instant when, Runnable task) {
        return agenda.at(when, task);
    }

    @Override
    public void pause(Duration span) {
        agenda.skipTo(agenda.instant().plus(span));
    }

    /// Runs everything due until then, each at its moment.
    public void advanceTo(Instant target) {
        agenda.advanceTo(target);
    }

    public void advance(Duration span) {
        advanceTo(agenda.instant().plus(span));
    }

    @Override
    public void close() {
        agenda.clear();
    }
}
