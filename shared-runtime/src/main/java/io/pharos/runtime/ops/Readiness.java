package io.pharos.runtime.ops;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// Whether the process is ready to serve: when nothing that it waits for is left. Thread-safe.
public final class Readiness {
    /// Something that has to come true first; the one who asked for it says when.
    public final class Condition {
        private final String what;
        private final AtomicBoolean met = new AtomicBoolean();

        private Condition(String what) {
            this.what = what;
        }

        /// It came true. Calling again does nothing.
        public void met() {
            if (met.compareAndSet(false, true)) {
                open.remove(this);
            }
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private final List<Condition> open = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    /// Makes the process wait for something more: `tsdb`, `configuration`. Call it before the server starts.
    public Condition waitFor(String what) {
        var condition = new Condition(what);
        open.add(condition);
        return condition;
    }

    public boolean isReady() {
        return open.isEmpty() && !stopping;
    }

    /// What is waited for still.
    public List<String> missing() {
        return open.stream().map(Condition::toString).toList();
    }

    public void stop() {
        stopping = true;
    }

    public boolean isStopping() {
        return stopping;
    }
}
