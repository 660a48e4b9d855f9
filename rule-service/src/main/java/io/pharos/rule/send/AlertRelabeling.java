package io.pharos.rule.send;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.relabel.Relabeler;
import java.util.ArrayList;
import java.util.List;

/// Adds external labels where an alert has none of the name, then relabels. Alerts that relabelling drops are
/// left out.
record AlertRelabeling(Labels externalLabels, Relabeler rules) {
    List<Alert> apply(List<Alert> alerts) {
        if (externalLabels.isEmpty() && rules.isEmpty()) {
            return alerts;
        }
        var kept = new ArrayList<Alert>(alerts.size());
        for (Alert alert : alerts) {
            var labels = new LabelsBuilder(alert.labels());
            for (Label label : externalLabels) {
                if (!labels.has(label.name())) {
                    labels.set(label.name(), label.value());
                }
            }
            if (rules.apply(labels)) {
                kept.add(new Alert(
                        labels.build(),
                        alert.annotations(),
                        alert.startsAt(),
                        alert.endsAt(),
                        alert.updatedAt(),
                        alert.generatorUrl(),
                        alert.timedOut()));
            }
        }
        return kept;
    }
}
