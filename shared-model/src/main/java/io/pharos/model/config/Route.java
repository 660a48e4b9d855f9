package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node of the routing tree, as written: what is absent is inherited from the parent.
///
/// @param groupBy labels, or `...` alone for all
/// @param continues `continue`
/// @param labels templates by name, merged with the parent's
public record Route(
        String receiver,
        Optional<List<String>> groupBy,
        Map<String, String> match,
        Map<String, String> matchRe,
        Matchers matchers,
        List<String> muteTimeIntervals,
        List<String> activeTimeIntervals,
        @Key(value = "continue", always = true) boolean continues,
        Map<String, String> labels,
        List<Route> routes,
        Optional<Duration> groupWait,
        Optional<Duration> groupInterval,
        Optional<Duration> repeatInterval) {
    /// In `group_by`: all labels.
    public static final String ALL = "...";

    public Route {
        Matchers.check("match", match, "match_re", matchRe);
        List<String> by = groupBy.orElse(List.of());
        var seen = new HashSet<String>();
        for (String label : by) {
            if (label.isEmpty()) {
                throw new BadField("group_by", "invalid label name \"\" in group_by list");
            }
            if (!label.equals(ALL) && !seen.add(label)) {
                throw new BadField("group_by", "duplicated label " + GoText.quote(label) + " in group_by");
            }
        }
        if (by.contains(ALL) && !seen.isEmpty()) {
            throw new BadField("group_by", "cannot have wildcard group_by (`...`) and other labels at the same time");
        }
        if (groupInterval.isPresent() && groupInterval.get().isZero()) {
            throw new BadField("group_interval", "group_interval cannot be zero");
        }
        if (repeatInterval.isPresent() && repeatInterval.get().isZero()) {
            throw new BadField("repeat_interval", "repeat_interval cannot be zero");
        }
        for (String name : labels.keySet()) {
            if (name.isEmpty()) {
                throw new BadField("labels", "invalid label name " + GoText.quote(name) + " in route labels");
            }
        }
    }

    /// Whether alerts are grouped by all their labels.
    public boolean groupsByAll() {
        return groupBy.orElse(List.of()).contains(ALL);
    }

    /// All matchers, the older maps included, sorted.
    public Matchers allMatchers() {
        return matchers.and(match, matchRe);
    }
}
