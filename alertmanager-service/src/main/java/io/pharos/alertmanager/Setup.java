package io.pharos.alertmanager;

import io.pharos.alertmanager.group.Dispatching;
import io.pharos.alertmanager.mute.InhibitRule;
import io.pharos.alertmanager.mute.TimeIntervals;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.TimeInterval;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.Receiver;
import io.pharos.model.config.TimeIntervalConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns `alertmanager.yml` into what the dispatcher works by.
final class Setup {
    private Setup() {}

    static Dispatching of(AlertmanagerConfig config) {
        var receivers = new LinkedHashMap<String, Dispatching.Receiver>();
        for (Receiver receiver : config.receivers()) {
            var labels = new LinkedHashMap<>(receiver.labels());
            labels.put("name", receiver.name());
            List<Dispatching.Integration> integrations = receiver.integrations().stream()
                    .map(numbered -> new Dispatching.Integration(
                            numbered.kind(), numbered.index(), numbered.config().sendResolved()))
                    .toList();
            receivers.put(receiver.name(), new Dispatching.Receiver(receiver.name(), labels, integrations));
        }
        List<InhibitRule> rules = config.inhibitRules().stream()
                .map(rule -> new InhibitRule(
                        rule.name(), rule.source().all(), rule.target().all(), rule.equal()))
                .toList();
        Map<String, List<TimeInterval>> intervals = new LinkedHashMap<>();
        config.intervals()
                .forEach((name, specs) -> intervals.put(
                        name, specs.stream().map(TimeIntervalConfig::interval).toList()));
        return new Dispatching(RouteTree.of(config.root()), receivers, rules, new TimeIntervals(intervals));
    }
}
