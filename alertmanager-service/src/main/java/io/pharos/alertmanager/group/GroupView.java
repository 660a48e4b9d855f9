package io.pharos.alertmanager.group;

import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.util.List;

/// A group as the API shows it.
///
/// @param mutedBy time intervals that muted it at its last flush
public record GroupView(Route route, Labels labels, List<Alert> alerts, List<String> mutedBy) {}
