package io.pharos.alertmanager.route;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One node of the route tree, with what it inherits filled in.
///
/// @param key matchers from the root to here, `{}/{team="a"}`: the first half of a group's key
/// @param id `key` with each node's index among its siblings, `{}/{team="a"}/0`: unique in the tree
/// @param matchers sorted; all must match
/// @param goesOn whether later siblings are asked, too (`continue`)
/// @param groupBy names that make a group; ignored where `groupByAll`
/// @param labels templates of the labels the route adds to a notification
public record Route(
        String key,
        String id,
        List<AlertMatcher> matchers,
        boolean goesOn,
        String receiver,
        List<String> groupBy,
        boolean groupByAll,
        Duration groupWait,
        Duration groupInterval,
        Duration repeatInterval,
        List<String> muteIntervals,
        List<String> activeIntervals,
        Map<String, String> labels,
        List<Route> children) {
    public Route {
        matchers = List.copyOf(matchers);
        groupBy = List.copyOf(groupBy);
        muteIntervals = List.copyOf(muteIntervals);
        activeIntervals = List.copyOf(activeIntervals);
        labels = Map.copyOf(labels);
        children = List.copyOf(children);
    }

    /// The labels of the group that an alert with `labels` falls into here.
    public Labels groupLabels(Labels labels) {
        return groupByAll
                ? labels
                : new LabelsBuilder(labels).keep(groupBy.toArray(String[]::new)).build();
    }

    /// The key of the group with `groupLabels`, `{}/{team="a"}:{alertname="Down", job="node"}`. Values are quoted
    /// as Go does, names never.
    public String groupKey(Labels groupLabels) {
        var out = new StringBuilder(key).append(":{");
        String separator = "";
        for (Label label : groupLabels) {
            out.append(separator).append(label.name()).append('=').append(GoText.quote(label.value()));
            separator = ", ";
        }
        return out.append('}').toString();
    }
}
