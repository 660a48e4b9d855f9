package io.pharos.rule.group;

import java.time.Duration;
import java.util.List;

/// A rule group as configured, with the global defaults filled in.
///
/// @param limit most series or alerts a rule may give; 0 for no limit
public record GroupSpec(
        String file, String name, Duration interval, Duration queryOffset, int limit, List<RuleSpec> rules) {
    public GroupSpec {
        rules = List.copyOf(rules);
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "interval of rule group \"" + name + "\" is " + interval + "; it must be longer than zero");
        }
    }

    /// `FILE;NAME`, which identifies a group.
    public String key() {
        return file + ";" + name;
    }
}
