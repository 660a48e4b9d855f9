package io.pharos.rule.group;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/// Groups that are evaluated when they are told to, at the times they are told: unit tests of rules. One thread.
public final class RuleRehearsal {
    private final List<RuleGroup> groups = new ArrayList<>();

    public RuleRehearsal(List<GroupSpec> specs, AlertTexts texts, RulePorts ports, RuleSettings settings) {
        var meters = new RuleMeters(ports.meters());
        for (GroupSpec spec : specs) {
            groups.add(new RuleGroup(spec, texts, true, ports, settings, new Semaphore(1), meters, meters.of(spec)));
        }
    }

    /// Evaluates every group, in the order they were given.
    public void evaluate(Instant at) {
        groups.forEach(group -> group.evaluate(at));
    }

    public List<GroupStatus> status() {
        return groups.stream().map(RuleGroup::status).toList();
    }
}
