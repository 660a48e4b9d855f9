package io.pharos.storage.head;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The newest exemplars over all series, the oldest leaving first; rules of `tsdb/exemplar.go` of Prometheus
/// 3.14. Guarded by the head's lock.
final class Exemplars {
    static final String OUT_OF_ORDER = "out of order exemplar";
    static final String TOO_LONG = "label length for exemplar exceeds maximum of 128 UTF-8 characters";
    private static final int MOST_CHARACTERS = 128;

    private int max;
    private final ArrayDeque<Labels> order = new ArrayDeque<>();
    private final Map<Labels, ArrayDeque<Exemplar>> bySeries = new HashMap<>();
    /// Those that are in partitions, too; by identity.
    private final Map<Exemplar, Boolean> sealed = new IdentityHashMap<>();
    private long appended;
    private long rejected;
    private long lastMs;

    Exemplars(int max) {
        this.max = max;
    }

    void resize(int most) {
        max = most;
        while (order.size() > max) {
            dropOldest();
        }
    }

    boolean enabled() {
        return max > 0;
    }

    /// Why the exemplar cannot be taken; `""` where it is a duplicate to be passed over in silence, null where it can.
    @Nullable
    String problem(Labels series, Exemplar exemplar, long windowMs) {
        int characters = 0;
        for (Label label : exemplar.labels()) {
            characters += label.name().codePointCount(0, label.name().length());
            characters += label.value().codePointCount(0, label.value().length());
        }
        if (characters > MOST_CHARACTERS) {
            return TOO_LONG;
        }
        ArrayDeque<Exemplar> of = bySeries.get(series);
        if (of == null) {
            return null;
        }
        Exemplar newest = of.getLast();
        boolean sameValue = Double.doubleToRawLongBits(newest.value()) == Double.doubleToRawLongBits(exemplar.value());
        if (newest.atMs() == exemplar.atMs() && sameValue && newest.labels().equals(exemplar.labels())) {
            return "";
        }
        boolean older = exemplar.atMs() < newest.atMs() && exemplar.atMs() <= newest.atMs() - windowMs;
        boolean smaller = exemplar.atMs() == newest.atMs()
                && (exemplar.value() < newest.value()
                        || sameValue
                                && Long.compareUnsigned(
                                                exemplar.labels().hash(),
                                                newest.labels().hash())
                                        < 0);
        if (older || smaller) {
            rejected++;
            return OUT_OF_ORDER;
        }
        return null;
    }

    void add(Labels series, Exemplar exemplar) {
        if (max <= 0) {
            return;
        }
        if (order.size() >= max) {
            dropOldest();
        }
        order.add(series);
        ArrayDeque<Exemplar> of = bySeries.computeIfAbsent(series, _ -> new ArrayDeque<>(2));
        if (!of.isEmpty() && of.getLast().atMs() > exemplar.atMs()) {
            var sorted = new ArrayList<>(of);
            int at = sorted.size();
            while (at > 0 && sorted.get(at - 1).atMs() > exemplar.atMs()) {
                at--;
            }
            sorted.add(at, exemplar);
            of.clear();
            of.addAll(sorted);
        } else {
            of.add(exemplar);
        }
        appended++;
        lastMs = Math.max(lastMs, exemplar.atMs());
    }

    private void dropOldest() {
        Labels series = order.poll();
        if (series == null) {
            return;
        }
        ArrayDeque<Exemplar> of = bySeries.get(series);
        if (of != null) {
            Exemplar gone = of.poll();
            if (gone != null) {
                sealed.remove(gone);
            }
            if (of.isEmpty()) {
                bySeries.remove(series);
            }
        }
    }

    /// Exemplars in the range, by series in label order, then time.
    Map<Labels, List<Exemplar>> select(TimeRange range, Predicate<Labels> wanted) {
        var found = new java.util.TreeMap<Labels, List<Exemplar>>();
        bySeries.forEach((series, of) -> {
            if (!wanted.test(series)) {
                return;
            }
            var list = new ArrayList<Exemplar>();
            for (Exemplar exemplar : of) {
                if (range.contains(exemplar.atMs())) {
                    list.add(exemplar);
                }
            }
            if (!list.isEmpty()) {
                found.put(series, list);
            }
        });
        return found;
    }

    /// What is not in a partition yet.
    Map<Labels, List<Exemplar>> unsealed() {
        var found = new HashMap<Labels, List<Exemplar>>();
        bySeries.forEach((series, of) -> {
            for (Exemplar exemplar : of) {
                if (!sealed.containsKey(exemplar)) {
                    found.computeIfAbsent(series, _ -> new ArrayList<>(2)).add(exemplar);
                }
            }
        });
        return found;
    }

    /// Says that an exemplar is in a partition; one that has left meanwhile is passed over.
    void sealed(Labels series, Exemplar exemplar) {
        ArrayDeque<Exemplar> of = bySeries.get(series);
        if (of != null) {
            for (Exemplar there : of) {
                if (there == exemplar) {
                    sealed.put(there, true);
                    return;
                }
            }
        }
    }

    boolean isSealed(Exemplar exemplar) {
        return sealed.containsKey(exemplar);
    }

    /// Everything, oldest first.
    void forEach(BiConsumer<Labels, Exemplar> sink) {
        var next = new HashMap<Labels, java.util.Iterator<Exemplar>>();
        for (Labels series : order) {
            var it = next.computeIfAbsent(
                    series, s -> bySeries.getOrDefault(s, new ArrayDeque<>()).iterator());
            if (it.hasNext()) {
                sink.accept(series, it.next());
            }
        }
    }

    int count() {
        return order.size();
    }

    int series() {
        return bySeries.size();
    }

    int max() {
        return max;
    }

    long appended() {
        return appended;
    }

    long rejectedOutOfOrder() {
        return rejected;
    }

    long lastMs() {
        return lastMs;
    }
}
