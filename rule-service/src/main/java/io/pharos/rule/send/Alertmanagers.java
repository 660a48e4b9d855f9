package io.pharos.rule.send;

import java.util.List;

/// The URLs of the alertmanagers that alerts are sent to, and of those that relabelling dropped.
public record Alertmanagers(List<String> active, List<String> dropped) {
    public Alertmanagers {
        active = List.copyOf(active);
        dropped = List.copyOf(dropped);
    }
}
