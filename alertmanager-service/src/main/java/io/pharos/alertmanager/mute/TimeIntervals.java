package io.pharos.alertmanager.mute;

import io.pharos.model.alert.TimeInterval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The named time intervals of `alertmanager.yml`.
public record TimeIntervals(Map<String, List<TimeInterval>> byName) {
    public TimeIntervals {
        byName = Map.copyOf(byName);
    }

    /// Those of `names` that hold `at`, one entry per specification that does.
    List<String> holding(List<String> names, Instant at) {
        var found = new ArrayList<String>();
        for (String name : names) {
            for (TimeInterval interval : byName.getOrDefault(name, List.of())) {
                if (interval.contains(at)) {
                    found.add(name);
                }
            }
        }
        return found;
    }
}
