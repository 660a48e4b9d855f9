package io.pharos.alertmanager.group;

import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.util.List;

/// Renders the labels that a route adds to the notifications of its groups.
@FunctionalInterface
public interface RouteLabels {
    /// The rendered labels; one that fails to render is left out.
    Labels render(Route route, Labels groupLabels, List<Alert> alerts);
}
