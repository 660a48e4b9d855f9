package io.pharos.discovery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Runs a source and keeps what it finds, for tests that wait for it.
public final class Found implements TargetSource.Updates, AutoCloseable {
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, TargetGroup> groups = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private Thread thread;
    private int updates;

    public Found run(TargetSource source) {
        thread = Thread.ofVirtual().start(() -> {
            try {
                source.run(this);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        return this;
    }

    @Override
    public void found(List<TargetGroup> some) {
        lock.lock();
        try {
            for (TargetGroup group : some) {
                groups.remove(group.source());
                if (!group.targets().isEmpty()) {
                    groups.put(group.source(), group);
                }
            }
            updates++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void failed(Exception why) {
        lock.lock();
        try {
            failures.add(String.valueOf(why.getMessage()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the groups, by source, are as the test wants them.
    public Map<String, TargetGroup> await(Predicate<Map<String, TargetGroup>> wanted) throws InterruptedException {
        return until(() -> wanted.test(groups));
    }

    /// Waits for the source's update of that number, from 1.
    public Map<String, TargetGroup> awaitUpdate(int number) throws InterruptedException {
        return until(() -> updates >= number);
    }

    public String awaitFailure(int number) throws InterruptedException {
        until(() -> failures.size() >= number);
        return failures.get(number - 1);
    }

    private Map<String, TargetGroup> until(java.util.function.BooleanSupplier wanted) throws InterruptedException {
        long nanos = Duration.ofSeconds(20).toNanos();
        lock.lock();
        try {
            while (!wanted.getAsBoolean()) {
                if (nanos <= 0) {
                    throw new AssertionError("not found within 20 s; there is " + groups + ", failures " + failures);
                }
                nanos = changed.awaitNanos(nanos);
            }
            return new LinkedHashMap<>(groups);
        } finally {
            lock.unlock();
        }
    }

    /// Every target as `address{name=value,…}` with shared labels merged in, prefix `__meta_` left out.
    public static List<String> targets(Map<String, TargetGroup> groups) {
        var lines = new ArrayList<String>();
        for (TargetGroup group : groups.values()) {
            for (Labels target : group.targets()) {
                var all = new LabelsBuilder(group.shared());
                target.forEach(label -> all.set(label.name(), label.value()));
                lines.add(target.get("__address__") + show(all.build().without("__address__")));
            }
        }
        return lines;
    }

    private static String show(Labels labels) {
        var out = new ArrayList<String>();
        for (Label label : labels) {
            out.add(label.name().replaceFirst("^__meta_", "") + "=" + label.value());
        }
        return out.toString();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
