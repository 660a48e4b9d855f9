package io.pharos.discovery;

import io.pharos.model.labels.Labels;
import java.util.List;

/// Targets that were found together.
///
/// @param source names the group among those of its mechanism; a later group of the same name replaces it, one
///     without targets takes it away
/// @param targets labels of each target, `__address__` among them
/// @param shared labels that every target of the group has unless it has its own
public record TargetGroup(String source, List<Labels> targets, Labels shared) {
    public TargetGroup {
        targets = List.copyOf(targets);
    }

    /// The group that says that nothing is left at `source`.
    public static TargetGroup gone(String source) {
        return new TargetGroup(source, List.of(), Labels.EMPTY);
    }
}
