package io.pharos.alertmanager.group;

import io.micrometer.core.instrument.Meter;
import io.pharos.alertmanager.mute.Inhibitor;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one configuration shapes: its groups, their timers, and inhibition. All but [#stop] and the flushes run
/// under the dispatcher's lock.
final class Generation {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    /// A group is known by its route node and its labels.
    private record GroupId(String routeId, Labels labels) {}

    static final class Running {
        final AggregationGroup group;
        Map<Long, Muting.Mark> marks = Map.of();
        Wakeups.Alarm alarm = () -> {};
        List<Meter> gauges = List.of();

        Running(AggregationGroup group) {
            this.group = group;
        }
    }

    private final Dispatching config;
    private final Instant startAt;
    private final Dispatcher.Surroundings around;
    private final Telling telling;
    private final DispatchMeters meters;
    private final ReentrantLock lock;
    private final Condition flushEnded;
    private final Map<String, List<String>> mutedGroups;
    private final Inhibitor inhibitor;
    private final Muting muting;
    private final Map<GroupId, Running> groups = new HashMap<>();
    private final Set<Thread> flushing = new HashSet<>();
    private boolean stopped;

    Generation(
            Dispatching config,
            Instant startAt,
            Dispatcher.Surroundings around,
            Telling telling,
            DispatchMeters meters,
            ReentrantLock lock,
            Map<String, List<String>> mutedGroups) {
        this.config = config;
        this.startAt = startAt;
        this.around = around;
        this.telling = telling;
        this.meters = meters;
        this.lock = lock;
        this.flushEnded = lock.newCondition();
        this.mutedGroups = mutedGroups;
        this.inhibitor = new Inhibitor(config.inhibitRules());
        this.muting = new Muting(inhibitor, around.silences(), config.intervals());
    }

    Dispatching config() {
        return config;
    }

    Inhibitor inhibitor() {
        return inhibitor;
    }

    Muting muting() {
        return muting;
    }

    int size() {
        return groups.size();
    }

    void insert(KnownAlert alert, Instant now) {
        KnownAlert.Placement known = alert.placement();
        if (known.by() == this && known.groups().stream().noneMatch(running -> running.group.isDestroyed())) {
            for (Running running : known.groups()) {
                running.group.insert(alert);
            }
            return;
        }
        Labels all = alert.texts().labels();
        var placed = new ArrayList<Running>(1);
        for (Route route : config.routes().match(all)) {
            Labels labels = route.groupLabels(all);
            var id = new GroupId(route.id(), labels);
            Running running = groups.get(id);
            if (running != null) {
                running.group.insert(alert);
            } else {
                running = new Running(new AggregationGroup(route, labels, alert, now));
                groups.put(id, running);
                Running counted = running;
                running.gauges = meters.group(running.group.key(), state -> count(counted, state));
                wake(id, running);
            }
            placed.add(running);
        }
        alert.placed(new KnownAlert.Placement(this, List.copyOf(placed)));
    }

    private void wake(GroupId id, Running running) {
        Instant next = running.group.nextFlush();
        Instant when = next.isBefore(startAt) ? startAt : next;
        running.alarm = around.wakeups().at(when, () -> around.flushes().execute(() -> flush(id, running)));
    }

    private void flush(GroupId id, Running running) {
        AggregationGroup group = running.group;
        AggregationGroup.Flush flush;
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            flushing.add(Thread.currentThread());
            flush = group.onTimer(around.time().instant(), around.turn().delay());
        } finally {
            lock.unlock();
        }
        boolean wentWell = false;
        try {
            wentWell = tell(running, flush);
        } catch (InterruptedException _) {
            LOG.debug("The flush of group {} was cancelled", group.key());
        } catch (RuntimeException e) {
            LOG.error("The flush of group {} failed", group.key(), e);
        } finally {
            finish(id, running, flush, wentWell);
        }
    }

    private void finish(GroupId id, Running running, AggregationGroup.Flush flush, boolean wentWell) {
        lock.lock();
        try {
            flushing.remove(Thread.currentThread());
            flushEnded.signalAll();
            if (stopped) {
                return;
            }
            running.group.onFlushed(flush, wentWell);
            if (running.group.isDestroyed()) {
                groups.remove(id);
                mutedGroups.remove(mark(running.group));
                meters.remove(running.gauges);
            } else {
                wake(id, running);
            }
        } finally {
            lock.unlock();
        }
    }

    private static String mark(AggregationGroup group) {
        return group.route().id() + " " + group.key();
    }

    private boolean tell(Running running, AggregationGroup.Flush flush) throws InterruptedException {
        AggregationGroup group = running.group;
        if (!around.turn().awaitReady(flush.deadline())) {
            LOG.error("The cluster did not get ready in time for group {}", group.key());
            return false;
        }
        Muting.Verdict verdict = judge(running, flush.alerts(), flush.tick());
        var first = new Telling.Seen(flush.tick(), verdict.told());
        Supplier<Telling.Seen> again = () -> lookAgain(running, flush.tick());
        Dispatching.Receiver receiver = config.receivers().get(group.route().receiver());
        if (verdict.told().isEmpty() || receiver == null) {
            return true;
        }
        Labels routeLabels = group.route().labels().isEmpty()
                ? Labels.EMPTY
                : around.routeLabels().render(group.route(), group.labels(), verdict.told());
        List<Dispatching.Integration> integrations = receiver.integrations();
        if (integrations.size() == 1) {
            return telling.tell(group, flush, first, again, routeLabels, receiver.name(), integrations.getFirst());
        }
        var tasks = new ArrayList<Callable<Boolean>>();
        for (Dispatching.Integration integration : integrations) {
            tasks.add(() -> telling.tell(group, flush, first, again, routeLabels, receiver.name(), integration));
        }
        boolean wentWell = true;
        // invokeAll waits for every one, and cancels them all when this thread is interrupted.
        for (Future<Boolean> result : around.flushes().invokeAll(tasks)) {
            try {
                wentWell &= result.get();
            } catch (ExecutionException e) {
                LOG.error("Telling group {} failed", group.key(), e.getCause());
                wentWell = false;
            }
        }
        return wentWell;
    }

    /// What may be told of these alerts; keeps the marks that come of it.
    private Muting.Verdict judge(Running running, List<Alert> alerts, Instant tick) {
        AggregationGroup group = running.group;
        Muting.Verdict verdict =
                muting.judge(group.route(), alerts, tick, around.time().instant());
        meters.suppressed(verdict.suppressed());
        Map<Long, Muting.Mark> before;
        List<String> mutedBefore = List.of();
        List<String> mutedNow = List.of();
        lock.lock();
        try {
            before = running.marks;
            running.marks = verdict.marks();
            if (verdict.timesJudged() && !stopped) {
                mutedBefore = mutedGroups.getOrDefault(mark(group), List.of());
                mutedNow = verdict.mutedBy();
                if (mutedNow.isEmpty()) {
                    mutedGroups.remove(mark(group));
                } else {
                    mutedGroups.put(mark(group), mutedNow);
                }
            }
        } finally {
            lock.unlock();
        }
        List<Journal.Event> news = Suppression.changes(before, verdict.marks(), mutedBefore, mutedNow, tick);
        if (!news.isEmpty()) {
            around.journal().alerts(List.of(), List.of(), news);
        }
        return verdict;
    }

    private Telling.Seen lookAgain(Running running, Instant tick) {
        Instant now = around.time().instant();
        List<Alert> alerts;
        lock.lock();
        try {
            alerts = running.group.seenAt(now);
        } finally {
            lock.unlock();
        }
        return new Telling.Seen(now, judge(running, alerts, tick).told());
    }

    List<GroupView> views() {
        var views = new ArrayList<GroupView>();
        for (Running running : groups.values()) {
            AggregationGroup group = running.group;
            views.add(new GroupView(
                    group.route(),
                    group.labels(),
                    group.alerts().stream().map(KnownAlert::alert).toList(),
                    mutedGroups.getOrDefault(mark(group), List.of())));
        }
        return views;
    }

    /// The strongest state of every alert that fires, over all its groups.
    Map<Long, Dispatcher.AlertState> states(Instant now) {
        var states = new HashMap<Long, Dispatcher.AlertState>();
        if (now.isBefore(startAt)) {
            return states;
        }
        for (Running running : groups.values()) {
            for (KnownAlert alert : running.group.alerts()) {
                if (!alert.isResolvedAt(now)) {
                    states.merge(alert.fingerprint(), state(running, alert), (a, b) -> a.compareTo(b) > 0 ? a : b);
                }
            }
        }
        return states;
    }

    private static Dispatcher.AlertState state(Running running, KnownAlert alert) {
        Muting.Mark mark = running.marks.get(alert.fingerprint());
        return mark == null
                ? Dispatcher.AlertState.UNPROCESSED
                : mark.isSuppressed() ? Dispatcher.AlertState.SUPPRESSED : Dispatcher.AlertState.ACTIVE;
    }

    private double count(Running running, Dispatcher.AlertState state) {
        lock.lock();
        try {
            Instant now = around.time().instant();
            return now.isBefore(startAt)
                    ? 0
                    : (int) running.group.alerts().stream()
                            .filter(alert -> !alert.isResolvedAt(now) && state(running, alert) == state)
                            .count();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all timers and cancels what is being delivered; waits a while for those to notice.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            groups.values().forEach(running -> {
                running.alarm.cancel();
                meters.remove(running.gauges);
            });
            flushing.forEach(Thread::interrupt);
            long left = STOP_GRACE.toNanos();
            while (!flushing.isEmpty() && left > 0) {
                left = flushEnded.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
