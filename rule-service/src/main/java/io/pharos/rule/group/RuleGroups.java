package io.pharos.rule.group;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rule groups in force, each on a virtual thread of its own. Thread-safe.
public final class RuleGroups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuleGroups.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    /// A group and the thread that drives it.
    private static final class Running {
        final RuleGroup group;
        final CountDownLatch stop = new CountDownLatch(1);

        @Nullable
        Thread thread;

        volatile boolean endSeries;

        Running(RuleGroup group) {
            this.group = group;
        }
    }

    private final RulePorts ports;
    private final RuleSettings settings;
    private final RuleMeters meters;
    private final Semaphore concurrent;
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Map<String, Running> groups = Map.of();
    private boolean firstApplied;

    public RuleGroups(RulePorts ports, RuleSettings settings) {
        this.ports = ports;
        this.settings = settings;
        this.meters = new RuleMeters(ports.meters());
        this.concurrent = new Semaphore(Math.max(1, settings.concurrentEvaluations()));
    }

    /// Lets evaluations begin: the store can be asked now. Groups applied before wait for this.
    public void start() {
        open.countDown();
    }

    /// Puts these groups into force. One that is equal to a running one goes on; one that changed takes over its
    /// alerts and series; one that is gone ends its series two intervals later. Groups of the first call read
    /// their alerts' states back.
    ///
    /// @param texts used by all groups from now on
    public synchronized void apply(List<GroupSpec> specs, AlertTexts texts) {
        boolean restored = firstApplied;
        firstApplied = true;
        var next = new LinkedHashMap<String, Running>();
        var old = new HashMap<>(groups);
        for (GroupSpec spec : specs) {
            Running before = old.remove(spec.key());
            if (before != null && before.group.spec().equals(spec)) {
                before.group.texts(texts);
                next.put(spec.key(), before);
                continue;
            }
            RuleMeters.GroupMeters groupMeters = before == null ? meters.of(spec) : before.group.meters();
            groupMeters.configure(spec);
            var running =
                    new Running(new RuleGroup(spec, texts, restored, ports, settings, concurrent, meters, groupMeters));
            next.put(spec.key(), running);
            if (before != null) {
                before.stop.countDown();
            }
            running.thread =
                    Thread.ofVirtual().name("rules-" + spec.key()).start(() -> drive(running, before, restored));
        }
        old.values().forEach(gone -> {
            gone.endSeries = true;
            gone.stop.countDown();
            gone.group.meters().remove();
        });
        groups = next;
    }

    /// What the groups are at, by file, then by name.
    public List<GroupStatus> status() {
        var status = new ArrayList<GroupStatus>();
        groups.values().forEach(running -> status.add(running.group.status()));
        status.sort(Comparator.comparing((GroupStatus group) -> group.spec().file())
                .thenComparing(group -> group.spec().name()));
        return status;
    }

    /// Stops evaluating; waits a while for evaluations under way and cuts the rest off. Series do not end.
    @Override
    public synchronized void close() {
        closing.countDown();
        open.countDown();
        groups.values().forEach(running -> running.stop.countDown());
        Instant deadline = Instant.now().plus(LONGEST_STOP);
        for (Running running : groups.values()) {
            Thread thread = running.thread;
            if (thread != null) {
                try {
                    Duration left = Duration.between(Instant.now(), deadline);
                    if (!thread.join(left.isNegative() ? Duration.ZERO : left)) {
                        thread.interrupt();
                    }
                } catch (InterruptedException _) {
                    thread.interrupt();
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void drive(Running running, @Nullable Running before, boolean restored) {
        try {
            if (before != null) {
                Thread thread = before.thread;
                if (thread != null) {
                    thread.join();
                }
                running.group.takeOver(before.group);
            }
            open.await();
            iterate(running, restored);
            if (running.endSeries) {
                endSeries(running);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("bug: rule group {} stopped", running.group.spec().key(), e);
        }
    }

    private void iterate(Running running, boolean alreadyRestored) throws InterruptedException {
        RuleGroup group = running.group;
        GroupSpec spec = group.spec();
        var slots = EvaluationSlots.of(spec.file(), spec.name(), spec.interval());
        Instant slot = slots.at(ports.time().instant()).plus(spec.interval());
        boolean restored = alreadyRestored;
        int iterations = 0;
        if (!await(running, slot)) {
            return;
        }
        while (true) {
            group.evaluate(slot);
            iterations++;
            if (!restored && iterations == 2) {
                group.restore(
                        new ForStateRestore(
                                ports.evaluator(),
                                settings.outageTolerance(),
                                settings.gracePeriod(),
                                settings.lookback()),
                        ports.time().instant());
                restored = true;
            }
            if (!await(running, slot.plus(spec.interval()))) {
                return;
            }
            EvaluationSlots.Next next = slots.after(slot, ports.time().instant());
            slot = next.slot();
            if (next.missed() > 0) {
                group.meters().missed.increment(next.missed());
                group.meters().iterations.increment(next.missed());
            }
        }
    }

    /// Waits until `slot` has come, at most about an interval: a clock that went back must not silence a group.
    /// Answers whether to go on.
    private boolean await(Running running, Instant slot) throws InterruptedException {
        Duration wait = Duration.between(ports.time().instant(), slot);
        Duration interval = running.group.spec().interval();
        Duration most = wait.compareTo(interval) > 0 ? interval : wait;
        while (true) {
            long nanos = Math.max(0, most.toNanos());
            if (running.stop.await(nanos, TimeUnit.NANOSECONDS)) {
                return false;
            }
            most = Duration.between(ports.time().instant(), slot);
            if (!most.isPositive() || most.compareTo(interval) > 0) {
                return true;
            }
        }
    }

    private void endSeries(Running running) throws InterruptedException {
        Instant now = ports.time().instant();
        // A renamed group writes the same series: it has two intervals to begin.
        Duration wait = running.group.spec().interval().multipliedBy(2);
        if (!closing.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            running.group.endAllSeries(now);
        }
    }
}
