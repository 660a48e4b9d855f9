package io.pharos.model.alert;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import java.util.Comparator;
import java.util.Iterator;

/// The orders in which Alertmanager lists label sets and the alerts of a group.
public final class AlertOrder {
    /// Fewer labels first, then the first name in the sorted union of names that one set lacks or whose values
    /// differ: lacking comes first, else the lesser value by bytes (`model.LabelSet.Before`).
    public static final Comparator<Labels> LABEL_SETS = AlertOrder::compareLabels;

    /// By label `job`, then `instance` (alerts that have the label before those that lack it), then by label set.
    public static final Comparator<Alert> ALERTS = Comparator.comparing(Alert::labels, AlertOrder::compareAlerts);

    private AlertOrder() {}

    private static int compareAlerts(Labels a, Labels b) {
        for (String name : new String[] {"job", "instance"}) {
            String x = a.get(name);
            String y = b.get(name);
            if (!x.equals(y)) {
                return x.isEmpty() ? 1 : y.isEmpty() ? -1 : Labels.NAME_ORDER.compare(x, y);
            }
        }
        return compareLabels(a, b);
    }

    private static int compareLabels(Labels a, Labels b) {
        int sizes = Integer.compare(a.size(), b.size());
        if (sizes != 0) {
            return sizes;
        }
        Iterator<Label> x = a.iterator();
        Iterator<Label> y = b.iterator();
        while (x.hasNext()) {
            Label p = x.next();
            Label q = y.next();
            int names = Labels.NAME_ORDER.compare(p.name(), q.name());
            if (names != 0) {
                // The lesser name is one that the other set lacks.
                return -names;
            }
            int values = Labels.NAME_ORDER.compare(p.value(), q.value());
            if (values != 0) {
                return values;
            }
        }
        return 0;
    }
}
