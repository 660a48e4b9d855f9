package io.pharos.alertmanager.mute;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Labels;
import java.util.List;

/// While a firing alert matches `source`, alerts that match `target` and agree with it on the labels `equal` are
/// not told.
public record InhibitRule(String name, List<AlertMatcher> source, List<AlertMatcher> target, List<String> equal) {
    public InhibitRule {
        source = List.copyOf(source);
        target = List.copyOf(target);
        equal = equal.stream().distinct().toList();
    }

    boolean isSource(Labels labels) {
        return AlertMatcher.allMatch(source, labels);
    }

    boolean isTarget(Labels labels) {
        return AlertMatcher.allMatch(target, labels);
    }

    /// The values of the equal labels, in order; a label that is missing counts as empty.
    List<String> equalValues(Labels labels) {
        return equal.stream().map(labels::get).toList();
    }
}
