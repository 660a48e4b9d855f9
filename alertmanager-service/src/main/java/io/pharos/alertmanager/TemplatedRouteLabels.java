package io.pharos.alertmanager;

import io.pharos.alertmanager.group.RouteLabels;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.alertmanager.route.Route;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.template.GoTime;
import io.pharos.model.template.NotificationData;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renders route labels with the configuration's templates; inside one, `routeLabels "other"` is another one,
/// rendered.
final class TemplatedRouteLabels implements RouteLabels {
    private static final Logger LOG = LoggerFactory.getLogger(TemplatedRouteLabels.class);

    private final InstantSource time;
    private final String externalUrl;
    /// Null until a configuration has route labels: parsing the default templates takes its time at every start.
    private volatile @Nullable NotificationTemplates templates;

    TemplatedRouteLabels(InstantSource time, String externalUrl) {
        this.time = time;
        this.externalUrl = externalUrl;
    }

    /// Reads the templates where any route has labels; the answer puts them into force.
    Runnable prepare(AlertmanagerConfig config, RouteTree routes) {
        var used = new boolean[1];
        routes.walk(route -> used[0] |= !route.labels().isEmpty());
        if (!used[0]) {
            return () -> {};
        }
        var files = new ArrayList<Path>();
        config.templates().forEach(glob -> files.addAll(ConfigLoader.find("templates", glob)));
        NotificationTemplates loaded;
        try {
            loaded = NotificationTemplates.load(files, time);
        } catch (TemplateException e) {
            throw new IllegalArgumentException("failed to parse templates: " + e.getMessage(), e);
        }
        return () -> templates = loaded;
    }

    @Override
    public Labels render(Route route, Labels groupLabels, List<Alert> alerts) {
        NotificationTemplates loaded = templates;
        if (loaded == null) {
            loaded = NotificationTemplates.of(List.of(), time);
            templates = loaded;
        }
        return new Rendering(route, data(route, groupLabels, alerts), loaded).all();
    }

    private NotificationData data(Route route, Labels groupLabels, List<Alert> alerts) {
        Instant now = time.instant();
        List<NotificationData.AlertData> list = alerts.stream()
                .map(alert -> {
                    boolean resolved = alert.isResolvedAt(now);
                    return new NotificationData.AlertData(
                            resolved ? "resolved" : "firing",
                            alert.labels().toMap(),
                            alert.annotations().toMap(),
                            alert.startsAt(),
                            resolved ? alert.endsAt() : GoTime.ZERO,
                            alert.generatorUrl(),
                            Muting.hex(alert.fingerprint()));
                })
                .toList();
        return NotificationData.of(route.receiver(), list, "unknown", groupLabels.toMap(), Map.of(), externalUrl);
    }

    /// The labels of one group, each rendered once.
    private static final class Rendering {
        private final Route route;
        private final NotificationData data;
        private final NotificationTemplates templates;
        private final Map<String, String> done = new HashMap<>();
        private final List<String> way = new ArrayList<>();

        Rendering(Route route, NotificationData data, NotificationTemplates templates) {
            this.route = route;
            this.data = data;
            this.templates = templates;
        }

        Labels all() {
            var labels = new LabelsBuilder();
            for (String name : route.labels().keySet()) {
                try {
                    labels.set(name, get(name));
                } catch (TemplateException e) {
                    LOG.warn("Route label {} of {} is left out: {}", name, route.key(), e.getMessage());
                    way.clear();
                }
            }
            return labels.build();
        }

        private String get(String name) {
            String known = done.get(name);
            if (known != null) {
                return known;
            }
            String template = route.labels().get(name);
            if (template == null) {
                return "";
            }
            boolean again = way.contains(name);
            way.add(name);
            if (again) {
                throw new TemplateException("route label cycle detected: " + String.join(" -> ", way));
            }
            String rendered = templates.text(template, data, this::get);
            way.removeLast();
            done.put(name, rendered);
            return rendered;
        }
    }
}
