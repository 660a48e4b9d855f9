package io.pharos.alertmanager.group;

import io.pharos.alertmanager.mute.InhibitRule;
import io.pharos.alertmanager.mute.TimeIntervals;
import io.pharos.alertmanager.route.RouteTree;
import java.util.List;
import java.util.Map;

/// What of `alertmanager.yml` the dispatcher works by.
///
/// @param receivers by name, in the order of the file
public record Dispatching(
        RouteTree routes, Map<String, Receiver> receivers, List<InhibitRule> inhibitRules, TimeIntervals intervals) {
    /// Whom to tell.
    ///
    /// @param labels the receiver's own, `name` among them
    public record Receiver(String name, Map<String, String> labels, List<Integration> integrations) {}

    /// One way to tell a receiver.
    ///
    /// @param kind `webhook`, `slack`…
    /// @param index among the receiver's integrations of that kind
    public record Integration(String kind, int index, boolean sendResolved) {}
}
