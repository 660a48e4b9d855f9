package io.pharos.model.alert;

import java.util.HashSet;
import java.util.Set;

/// The values of Alertmanager's `--enable-feature`, parsed once.
///
/// @param withoutEffect names that are known and change nothing here
public record AlertmanagerFeatures(MatcherParser.Mode matchers, Set<String> withoutEffect) {
    private static final Set<String> KNOWN = Set.of(
            "alert-names-in-metrics",
            "receiver-name-in-metrics",
            "group-key-in-metrics",
            "classic-mode",
            "utf8-strict-mode",
            "auto-gomemlimit",
            "event-recorder");

    public AlertmanagerFeatures {
        withoutEffect = Set.copyOf(withoutEffect);
    }

    /// Reads a comma-separated list. Fails with [IllegalArgumentException] in Alertmanager's words.
    public static AlertmanagerFeatures parse(String list) {
        var names = new HashSet<String>();
        for (String name : list.split(",", -1)) {
            if (!list.isEmpty() && !KNOWN.contains(name)) {
                throw new IllegalArgumentException("unknown option '" + name + "' for --enable-feature");
            }
            names.add(name);
        }
        boolean classic = names.contains("classic-mode");
        boolean strict = names.contains("utf8-strict-mode");
        if (classic && strict) {
            throw new IllegalArgumentException("cannot have both classic and UTF-8 modes enabled");
        }
        names.removeAll(Set.of("classic-mode", "utf8-strict-mode", ""));
        return new AlertmanagerFeatures(
                classic
                        ? MatcherParser.Mode.CLASSIC
                        : strict ? MatcherParser.Mode.UTF8_STRICT : MatcherParser.Mode.FALLBACK,
                names);
    }
}
