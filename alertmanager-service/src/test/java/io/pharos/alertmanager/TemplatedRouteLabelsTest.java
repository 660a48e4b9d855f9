package io.pharos.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alertmanager.route.Route;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemplatedRouteLabelsTest {
    @Test
    void labelsMayUseEachOtherAndACycleIsLeftOut() {
        var labels = Map.of(
                "owner", "{{ .CommonLabels.team | toUpper }}",
                "channel", "#{{ routeLabels \"owner\" }}-{{ .GroupLabels.alertname }}",
                "a", "{{ routeLabels \"b\" }}",
                "b", "{{ routeLabels \"a\" }}");
        Route route = RouteTree.of(new RouteTree.Settings(
                        Optional.of("team"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        false,
                        List.of(),
                        List.of(),
                        labels,
                        List.of()))
                .root();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        var alert = new Alert(
                Labels.of("alertname", "Down", "team", "db"), Labels.EMPTY, now, now.plusSeconds(60), now, "", false);
        Labels rendered = new TemplatedRouteLabels(InstantSource.fixed(now), "http://am")
                .render(route, Labels.of("alertname", "Down"), List.of(alert));
        assertThat(rendered.toMap()).isEqualTo(Map.of("owner", "DB", "channel", "#DB-Down"));
    }
}
