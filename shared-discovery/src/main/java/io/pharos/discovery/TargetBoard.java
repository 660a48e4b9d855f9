package io.pharos.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Which groups each source has found and which pools have to be told. Decides; waits and tells nobody.
///
/// A pool is told at once after a configuration was applied and when it hears of targets first. Then changes are
/// gathered for a tenth of a second, longer and longer while they go on to come, up to `longestGapMs`; after as
/// long without any the next is told at once again. Always with all groups. (Prometheus 3.14,
/// `discovery/manager.go`.)
///
/// @param <S> what stands for a source; compared by `equals`
final class TargetBoard<S> {
    /// A pool and its groups, to be told.
    record Telling(String pool, List<TargetGroup> groups) {}

    private static final class Pool {
        List<Object> sources = List.of();
        boolean changed;
        /// The next telling may not be before.
        long quietUntilMs = Long.MIN_VALUE;
        long toldAtMs;
        long gapMs;
    }

    private static final long SHORTEST_GAP_MS = 100;

    private final long longestGapMs;
    private final Map<S, Map<String, TargetGroup>> found = new HashMap<>();
    private final Map<String, Pool> pools = new LinkedHashMap<>();

    TargetBoard(long longestGapMs) {
        this.longestGapMs = longestGapMs;
    }

    /// Puts the pools with their sources into force; every pool of which something is known is to be told again,
    /// since who listens may have changed. Sources that no pool has any more are forgotten.
    void apply(Map<String, ? extends Collection<S>> sourcesByPool) {
        pools.keySet().retainAll(sourcesByPool.keySet());
        var used = new HashMap<S, Map<String, TargetGroup>>();
        sourcesByPool.forEach((name, sources) -> {
            Pool pool = pools.computeIfAbsent(name, _ -> new Pool());
            pool.sources = List.<Object>copyOf(sources);
            pool.changed = pool.sources.isEmpty() || pool.sources.stream().anyMatch(found::containsKey);
            pool.quietUntilMs = Long.MIN_VALUE;
            for (S source : sources) {
                Map<String, TargetGroup> groups = found.get(source);
                if (groups != null) {
                    used.put(source, groups);
                }
            }
        });
        found.clear();
        found.putAll(used);
    }

    /// Notes what a source found. Ignored when no pool has the source.
    void found(S source, List<TargetGroup> groups) {
        boolean wanted = false;
        for (Pool pool : pools.values()) {
            if (pool.sources.contains(source)) {
                wanted = true;
                pool.changed = true;
            }
        }
        if (wanted) {
            Map<String, TargetGroup> known = found.computeIfAbsent(source, _ -> new LinkedHashMap<>());
            for (TargetGroup group : groups) {
                known.remove(group.source());
                if (!group.targets().isEmpty()) {
                    known.put(group.source(), group);
                }
            }
        }
    }

    /// The pools to be told now. They count as told.
    List<Telling> due(long nowMs) {
        var due = new ArrayList<Telling>();
        pools.forEach((name, pool) -> {
            if (pool.changed && pool.quietUntilMs <= nowMs) {
                due.add(new Telling(name, groups(pool)));
                pool.changed = false;
                boolean restless = pool.gapMs > 0 && nowMs - pool.toldAtMs <= longestGapMs;
                pool.gapMs = Math.min(longestGapMs, restless ? pool.gapMs * 3 / 2 : SHORTEST_GAP_MS);
                pool.toldAtMs = nowMs;
                pool.quietUntilMs = nowMs + pool.gapMs;
            }
        });
        return due;
    }

    /// When the next pool will be due, if one is waiting.
    OptionalLong wakeAtMs() {
        return pools.values().stream()
                .filter(pool -> pool.changed)
                .mapToLong(pool -> pool.quietUntilMs)
                .min();
    }

    /// The number of targets of a pool.
    int targets(String name) {
        Pool pool = pools.get(name);
        int sum = 0;
        if (pool != null) {
            for (TargetGroup group : groups(pool)) {
                sum += group.targets().size();
            }
        }
        return sum;
    }

    private List<TargetGroup> groups(Pool pool) {
        var groups = new ArrayList<TargetGroup>();
        for (Object source : pool.sources) {
            Map<String, TargetGroup> known = found.get(source);
            if (known != null) {
                groups.addAll(known.values());
            }
        }
        return groups;
    }
}
