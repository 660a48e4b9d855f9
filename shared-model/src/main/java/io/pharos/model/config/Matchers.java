package io.pharos.model.config;

import io.pharos.model.alert.AlertMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Matchers of a `matchers` list, parsed and sorted.
public record Matchers(List<AlertMatcher> all) {
    public static final Matchers NONE = new Matchers(List.of());

    public Matchers {
        all = all.stream().sorted().toList();
    }

    /// With those of the older maps `match` and `match_re`.
    Matchers and(Map<String, String> equal, Map<String, String> regex) {
        var together = new ArrayList<>(all);
        equal.forEach((name, value) -> together.add(AlertMatcher.equal(name, value)));
        // Alertmanager anchors these when it reads them, and group keys show it.
        regex.forEach((name, value) -> together.add(AlertMatcher.regex(name, "^(?:" + value + ")$")));
        return new Matchers(together);
    }

    /// Checks the older maps, whose names are classic.
    static void check(String key, Map<String, String> match, String regexKey, Map<String, String> matchRe) {
        checkNames(key, match);
        checkNames(regexKey, matchRe);
        matchRe.forEach((name, value) -> {
            try {
                AlertMatcher.regex(name, value);
            } catch (RuntimeException e) {
                throw new BadField(regexKey, "invalid regexp value for \"" + name + "\": " + e.getMessage());
            }
        });
    }

    private static void checkNames(String key, Map<String, String> match) {
        for (String name : match.keySet()) {
            if (!io.pharos.model.labels.Labels.isLegacyName(name)) {
                throw new BadField(key, "invalid label name " + io.pharos.model.text.GoText.quote(name));
            }
        }
    }
}
