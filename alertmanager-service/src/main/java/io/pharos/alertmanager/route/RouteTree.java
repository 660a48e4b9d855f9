package io.pharos.alertmanager.route;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The routes of `alertmanager.yml`: depth first, left to right, a node stands for itself where no child matched
/// (`dispatch/route.go`, Alertmanager 0.34). Immutable, thread-safe.
public final class RouteTree {
    /// What the file says of a node; absent means inherited, or the default at the root.
    ///
    /// @param groupBy `...` alone stands for all labels
    public record Settings(
            Optional<String> receiver,
            Optional<List<String>> groupBy,
            Optional<Duration> groupWait,
            Optional<Duration> groupInterval,
            Optional<Duration> repeatInterval,
            List<AlertMatcher> matchers,
            boolean goesOn,
            List<String> muteIntervals,
            List<String> activeIntervals,
            Map<String, String> labels,
            List<Settings> routes) {}

    private final Route root;

    private RouteTree(Route root) {
        this.root = root;
    }

    /// The tree of `alertmanager.yml`.
    public static RouteTree of(io.pharos.model.config.Route root) {
        return of(settings(root));
    }

    private static Settings settings(io.pharos.model.config.Route route) {
        return new Settings(
                Optional.of(route.receiver()).filter(name -> !name.isEmpty()),
                route.groupBy(),
                route.groupWait(),
                route.groupInterval(),
                route.repeatInterval(),
                route.allMatchers().all(),
                route.continues(),
                route.muteTimeIntervals(),
                route.activeTimeIntervals(),
                route.labels(),
                route.routes().stream().map(RouteTree::settings).toList());
    }

    public static RouteTree of(Settings root) {
        var defaults = new Route(
                "",
                "",
                List.of(),
                false,
                root.receiver().orElse(""),
                List.of(),
                false,
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(4),
                List.of(),
                List.of(),
                Map.of(),
                List.of());
        return new RouteTree(node(root, defaults, -1));
    }

    private static Route node(Settings settings, Route parent, int index) {
        List<AlertMatcher> matchers = settings.matchers().stream().sorted().toList();
        String own = "{"
                + String.join(",", matchers.stream().map(AlertMatcher::toString).toList()) + "}";
        String key = index < 0 ? own : parent.key() + "/" + own;
        String id = index < 0 ? own : parent.id() + "/" + own + "/" + index;
        List<String> groupBy = parent.groupBy();
        boolean all = parent.groupByAll();
        if (settings.groupBy().isPresent()) {
            List<String> given = settings.groupBy().get();
            all = given.contains("...");
            groupBy = all
                    ? parent.groupBy()
                    : given.stream().sorted(Labels.NAME_ORDER).toList();
        }
        var labels = new HashMap<>(parent.labels());
        labels.putAll(settings.labels());
        var alone = new Route(
                key,
                id,
                matchers,
                settings.goesOn(),
                settings.receiver().filter(name -> !name.isEmpty()).orElse(parent.receiver()),
                groupBy,
                all,
                settings.groupWait().orElse(parent.groupWait()),
                settings.groupInterval().orElse(parent.groupInterval()),
                settings.repeatInterval().orElse(parent.repeatInterval()),
                settings.muteIntervals(),
                settings.activeIntervals(),
                labels,
                List.of());
        var children = new ArrayList<Route>();
        for (int i = 0; i < settings.routes().size(); i++) {
            children.add(node(settings.routes().get(i), alone, i));
        }
        return new Route(
                alone.key(),
                alone.id(),
                alone.matchers(),
                alone.goesOn(),
                alone.receiver(),
                alone.groupBy(),
                alone.groupByAll(),
                alone.groupWait(),
                alone.groupInterval(),
                alone.repeatInterval(),
                alone.muteIntervals(),
                alone.activeIntervals(),
                alone.labels(),
                children);
    }

    public Route root() {
        return root;
    }

    /// The nodes an alert with `labels` goes to, in order; at least one.
    public List<Route> match(Labels labels) {
        var found = new ArrayList<Route>();
        collect(root, labels, found);
        return found.isEmpty() ? List.of(root) : found;
    }

    private static boolean collect(Route node, Labels labels, List<Route> found) {
        if (!AlertMatcher.allMatch(node.matchers(), labels)) {
            return false;
        }
        int before = found.size();
        for (Route child : node.children()) {
            if (collect(child, labels, found) && !child.goesOn()) {
                break;
            }
        }
        if (found.size() == before) {
            found.add(node);
        }
        return true;
    }

    /// Visits every node, parents first.
    public void walk(Consumer<Route> visit) {
        walk(root, visit);
    }

    private static void walk(Route node, Consumer<Route> visit) {
        visit.accept(node);
        node.children().forEach(child -> walk(child, visit));
    }
}
