package io.pharos.standalone.cli.amtool;

import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.AlertMatcher;
import java.io.PrintStream;
import java.util.List;

/// Draws a tree of routes.
final class RoutePrinter {
    private final PrintStream out;

    RoutePrinter(PrintStream out) {
        this.out = out;
    }

    /// Every node.
    void all(Route root) {
        node(root, "", true, text(root, true, true));
        children(root, "    ");
    }

    private void children(Route route, String indent) {
        for (int i = 0; i < route.children().size(); i++) {
            Route child = route.children().get(i);
            boolean last = i == route.children().size() - 1;
            node(child, indent, last, text(child, true, true));
            children(child, indent + (last ? "    " : "│   "));
        }
    }

    /// Only the nodes on the way to those that matched, which alone name their receiver.
    void matching(Route root, List<Route> matched) {
        node(root, "", true, text(root, false, matched.contains(root)));
        matching(root, "    ", matched);
    }

    private void matching(Route route, String indent, List<Route> matched) {
        List<Route> shown = route.children().stream()
                .filter(child -> leadsTo(child, matched))
                .toList();
        for (int i = 0; i < shown.size(); i++) {
            Route child = shown.get(i);
            boolean last = i == shown.size() - 1;
            node(child, indent, last, text(child, false, matched.contains(child)));
            matching(child, indent + (last ? "    " : "│   "), matched);
        }
    }

    private static boolean leadsTo(Route route, List<Route> matched) {
        return matched.contains(route) || route.children().stream().anyMatch(child -> leadsTo(child, matched));
    }

    private void node(Route route, String indent, boolean last, String text) {
        out.println(indent + (last ? "└── " : "├── ") + text);
    }

    private static String text(Route route, boolean showsContinue, boolean showsReceiver) {
        String matchers = route.matchers().isEmpty()
                ? "default-route"
                : "{"
                        + String.join(
                                ",",
                                route.matchers().stream()
                                        .map(AlertMatcher::toString)
                                        .toList()) + "}";
        return matchers
                + (showsContinue && route.goesOn() ? "  continue: true" : "")
                + (showsReceiver ? "  receiver: " + route.receiver() : "");
    }
}
