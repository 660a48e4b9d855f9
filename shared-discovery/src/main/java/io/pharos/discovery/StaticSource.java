package io.pharos.discovery;

import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/// `static_configs`: targets written down in the configuration.
public record StaticSource(List<TargetGroup> groups) implements TargetSource {
    /// One entry of `static_configs`.
    public record Entry(List<String> targets, Labels labels) {}

    public StaticSource {
        groups = List.copyOf(groups);
    }

    /// The source of a `static_configs` list; groups are named by their index.
    public static StaticSource of(List<Entry> entries) {
        var groups = new ArrayList<TargetGroup>();
        for (Entry entry : entries) {
            var targets = new ArrayList<Labels>();
            for (String address : entry.targets()) {
                targets.add(Labels.of("__address__", address));
            }
            groups.add(new TargetGroup(Integer.toString(groups.size()), targets, entry.labels()));
        }
        return new StaticSource(groups);
    }

    @Override
    public String mechanism() {
        return "static";
    }

    @Override
    public Object configuration() {
        return groups;
    }

    @Override
    public void run(Updates updates) {
        updates.found(groups);
    }
}
