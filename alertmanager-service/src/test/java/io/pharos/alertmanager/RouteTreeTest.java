package io.pharos.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alertmanager.route.Route;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTreeTest {
    @Test
    void theFirstMatchingChildWinsUnlessItContinues() {
        RouteTree tree = RouteTree.of(node(
                "root",
                "",
                false,
                node("x", "sev=\"page\"", true),
                node("y", "sev=~\"page|warn\"", true),
                node("z", "team=\"z\"", false)));
        assertThat(receivers(tree, "sev", "page", "team", "z")).containsExactly("x", "y", "z");
        assertThat(receivers(tree, "sev", "page")).containsExactly("x", "y");
        assertThat(receivers(tree, "sev", "info")).containsExactly("root");
    }

    @Test
    void keysAndIdsNameTheWayFromTheRoot() {
        RouteTree tree = RouteTree.of(node(
                "root",
                "",
                false,
                node("a", "team=a", false, node("b", "severity=~\"crit|page\",x!=y", false)),
                node("c", "\"sp ace\"=\"q\"", false)));
        Route deep = tree.match(Labels.of("team", "a", "severity", "crit")).getFirst();
        assertThat(deep.key()).isEqualTo("{}/{team=\"a\"}/{severity=~\"crit|page\",x!=\"y\"}");
        assertThat(deep.id()).isEqualTo("{}/{team=\"a\"}/0/{severity=~\"crit|page\",x!=\"y\"}/0");
        assertThat(tree.root().children().get(1).key()).isEqualTo("{}/{\"sp ace\"=\"q\"}");
    }

    @Test
    void groupKeysJoinRouteAndQuotedLabels() {
        RouteTree tree = RouteTree.of(withGroupBy(List.of("job", "alertname", "absent")));
        Route root = tree.root();
        Labels labels = Labels.of("alertname", "Down", "job", "a\"b\n", "zone", "1");
        assertThat(root.groupKey(root.groupLabels(labels))).isEqualTo("{}:{alertname=\"Down\", job=\"a\\\"b\\n\"}");
        assertThat(RouteTree.of(node("r", "", false)).root().groupKey(Labels.EMPTY))
                .isEqualTo("{}:{}");
    }

    @Test
    void childrenInheritOrOverrideGrouping() {
        var all = withGroupBy(List.of("..."));
        var tree = RouteTree.of(new RouteTree.Settings(
                all.receiver(),
                all.groupBy(),
                Optional.of(Duration.ofSeconds(1)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false,
                List.of(),
                List.of(),
                Map.of("a", "1"),
                List.of(node("same", "k=same", false), withGroupBy(List.of()))));
        Route same = tree.root().children().get(0);
        Route reset = tree.root().children().get(1);
        assertThat(same.groupByAll()).isTrue();
        assertThat(same.groupWait()).isEqualTo(Duration.ofSeconds(1));
        assertThat(same.groupInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(same.labels()).containsEntry("a", "1");
        assertThat(reset.groupByAll()).isFalse();
        assertThat(reset.groupLabels(Labels.of("k", "v")).isEmpty()).isTrue();
    }

    private static List<String> receivers(RouteTree tree, String... labels) {
        return tree.match(Labels.of(labels)).stream().map(Route::receiver).toList();
    }

    private static RouteTree.Settings withGroupBy(List<String> groupBy) {
        return settings("r", Optional.of(groupBy), "", false, List.of());
    }

    private static RouteTree.Settings node(
            String receiver, String matchers, boolean goesOn, RouteTree.Settings... routes) {
        return settings(receiver, Optional.empty(), matchers, goesOn, List.of(routes));
    }

    private static RouteTree.Settings settings(
            String receiver,
            Optional<List<String>> groupBy,
            String matchers,
            boolean goesOn,
            List<RouteTree.Settings> routes) {
        return new RouteTree.Settings(
                Optional.of(receiver),
                groupBy,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                MatcherParser.FALLBACK.matchers(matchers),
                goesOn,
                List.of(),
                List.of(),
                Map.of(),
                routes);
    }
}
