package io.pharos.scraper.scrape;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One instance of what many targets hold alike: exporters of one kind expose the same series, with the same help. What
/// nobody holds any more is forgotten. Thread-safe.
final class Sharing {
    private final ConcurrentHashMap<Held, Held> all = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> forgotten = new ReferenceQueue<>();

    /// Equal to another by what it holds; once that is gone, to itself alone.
    private static final class Held extends WeakReference<Object> {
        private final int hash;

        Held(Object value, ReferenceQueue<Object> queue) {
            super(value, queue);
            hash = value.hashCode();
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object mine = get();
            return mine != null && other instanceof Held held && hash == held.hash && mine.equals(held.get());
        }
    }

    /// The instance that stands for all that equal `value`, which must never change again.
    <T> T of(T value) {
        for (Reference<?> gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
            all.remove(gone);
        }
        var mine = new Held(value, forgotten);
        while (true) {
            Held common = all.putIfAbsent(mine, mine);
            if (common == null) {
                return value;
            }
            @SuppressWarnings("unchecked")
            T shared = (T) common.get();
            if (shared != null) {
                return shared;
            }
            all.remove(common);
        }
    }
}
