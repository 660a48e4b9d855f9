package io.pharos.model.alert;

import java.util.HashSet;
import java.util.Set;

/// The values of Alertmanager's `--enable-feature`, parsed once.
///
/// `auto-gomemlimit` asks for what a JVM does anyway: it sizes its heap by the memory it may use.
///
/// @param alertNames whether metrics of limited alerts have the label `alertname`
/// @param receiverNames whether metrics of notifications have the label `receiver_name`
/// @param groupKeys whether `alertmanager_alerts` is counted by group, with the label `group_key`
public record AlertmanagerFeatures(
        MatcherParser.Mode matchers, boolean alertNames, boolean receiverNames, boolean groupKeys) {
    /// None enabled.
    public static final AlertmanagerFeatures NONE =
            new AlertmanagerFeatures(MatcherParser.Mode.FALLBACK, false, false, false);

    private static final Set<String> KNOWN = Set.of(
            "alert-names-in-metrics",
            "receiver-name-in-metrics",
            "group-key-in-metrics",
            "classic-mode",
            "utf8-strict-mode",
            "auto-gomemlimit",
            "event-recorder");

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
        if (names.contains("event-recorder")) {
            throw new IllegalArgumentException(
                    "--enable-feature=event-recorder is not built yet; leave it out (/api/pharos/v1/notifications and"
                            + " the history of each alert tell what happened)");
        }
        return new AlertmanagerFeatures(
                classic
                        ? MatcherParser.Mode.CLASSIC
                        : strict ? MatcherParser.Mode.UTF8_STRICT : MatcherParser.Mode.FALLBACK,
                names.contains("alert-names-in-metrics"),
                names.contains("receiver-name-in-metrics"),
                names.contains("group-key-in-metrics"));
    }
}
