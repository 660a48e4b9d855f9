package io.pharos.rule.send;

import io.pharos.model.alert.Alert;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The alerts that wait for one alertmanager: at most `capacity`; the oldest give way to new ones. Not
/// thread-safe.
final class Outbox {
    private final int capacity;
    private final ArrayDeque<Alert> waiting = new ArrayDeque<>();

    Outbox(int capacity) {
        this.capacity = capacity;
    }

    /// Adds alerts; answers how many, old or new, had to be left out.
    int add(List<Alert> alerts) {
        int dropped = 0;
        List<Alert> added = alerts;
        if (alerts.size() > capacity) {
            dropped = alerts.size() - capacity;
            added = alerts.subList(dropped, alerts.size());
        }
        while (waiting.size() + added.size() > capacity) {
            waiting.removeFirst();
            dropped++;
        }
        waiting.addAll(added);
        return dropped;
    }

    /// The oldest alerts, at most `most`.
    List<Alert> take(int most) {
        var batch = new ArrayList<Alert>(Math.min(most, waiting.size()));
        while (batch.size() < most && !waiting.isEmpty()) {
            batch.add(waiting.removeFirst());
        }
        return batch;
    }

    int size() {
        return waiting.size();
    }
}
