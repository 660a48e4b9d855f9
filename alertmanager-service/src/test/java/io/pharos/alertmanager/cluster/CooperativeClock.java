package io.pharos.alertmanager.cluster;

import io.pharos.alertmanager.group.Agenda;
import io.pharos.alertmanager.group.DirectExecutor;
import io.pharos.alertmanager.group.Wakeups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/// A clock on which many tasks wait, one running at a time: the order of everything is that of the clock, always
/// the same.
final class CooperativeClock extends DirectExecutor implements Wakeups, InstantSource {
    private final Agenda agenda;
    private final Semaphore yielded = new Semaphore(0);

    CooperativeClock(Instant start) {
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

    /// Starts a task and returns when it has ended, or waits for the clock.
    @Override
    public void execute(Runnable task) {
        Thread.startVirtualThread(() -> {
            try {
                task.run();
            } finally {
                yielded.release();
            }
        });
        yielded.acquireUninterruptibly();
    }

    @Override
    public void pause(Duration span) throws InterruptedException {
        if (!span.isPositive()) {
            return;
        }
        var resume = new Semaphore(0);
        at(instant().plus(span), () -> {
            resume.release();
            yielded.acquireUninterruptibly();
        });
        yielded.release();
        resume.acquireUninterruptibly();
    }

    void advanceTo(Instant target) {
        agenda.advanceTo(target);
    }

    @Override
    public void close() {}
}
