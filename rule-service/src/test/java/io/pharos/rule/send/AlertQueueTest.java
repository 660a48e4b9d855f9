package io.pharos.rule.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.discovery.TargetSource;
import io.pharos.discovery.TargetSources;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.labels.Labels;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertQueueTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClients clients = new HttpClients("Prometheus/test", InstantSource.system());
    private final LinkedBlockingQueue<Alert> local = new LinkedBlockingQueue<>();
    private final AlertQueue queue = new AlertQueue(
            clients, new QueueLimits(10, 2, true), Optional.of(local::addAll), Duration.ofMillis(20), meters);
    private final FakeAlertmanager one = new FakeAlertmanager();
    private final FakeAlertmanager two = new FakeAlertmanager();

    @AfterEach
    void close() {
        queue.close();
        one.close();
        two.close();
    }

    private void apply(String yaml) {
        PrometheusConfig config = new ConfigLoader().prometheusText(yaml);
        var sources = new TargetSources(clients, meters, InstantSource.system());
        var ofEntries = new ArrayList<List<TargetSource>>();
        config.alerting().alertmanagers().forEach(target -> ofEntries.add(sources.of(target.discovery())));
        queue.prepare(new AlertQueue.Sending(config.alerting(), config.global().externalLabels(), ofEntries))
                .run();
    }

    private void awaitActive(int count) {
        Instant deadline = Instant.now().plusSeconds(10);
        while (queue.alertmanagers().active().size() != count) {
            assertThat(Instant.now())
                    .as("%s active, not %s", queue.alertmanagers(), count)
                    .isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private static Alert alert(String... labels) {
        return new Alert(
                Labels.of(labels),
                Labels.of("text", "x"),
                Instant.parse("2026-01-01T00:00:00.123456Z"),
                Instant.parse("2026-01-01T00:04:00Z"),
                Instant.EPOCH,
                "http://p/graph",
                false);
    }

    @Test
    void alertsReachTheAlertmanagerInItsFormatWithExternalLabels() throws Exception {
        apply("""
            global: {external_labels: {region: eu, own: outer}}
            alerting:
              alert_relabel_configs:
                - {regex: gone, action: labeldrop}
                - {source_labels: [drop], regex: "yes", action: drop}
              alertmanagers:
                - path_prefix: /am/
                  basic_auth: {username: u, password: p}
                  static_configs: [{targets: ["%s"]}]
            """.formatted(one.address()));
        awaitActive(1);
        queue.send(
                List.of(alert("alertname", "A", "own", "inner", "gone", "x"), alert("alertname", "B", "drop", "yes")));
        FakeAlertmanager.Received received = one.next();
        assertThat(received.path()).isEqualTo("/am/api/v2/alerts");
        assertThat(received.contentType()).isEqualTo("application/json");
        assertThat(received.authorization()).isEqualTo("Basic dTpw");
        assertThat(received.body())
                .isEqualTo("[{\"annotations\":{\"text\":\"x\"},\"endsAt\":\"2026-01-01T00:04:00.000Z\","
                        + "\"startsAt\":\"2026-01-01T00:00:00.123Z\",\"generatorURL\":\"http://p/graph\","
                        + "\"labels\":{\"alertname\":\"A\",\"own\":\"inner\",\"region\":\"eu\"}}]");
        assertThat(queue.alertmanagers())
                .isEqualTo(new Alertmanagers(List.of("http://" + one.address() + "/am/api/v2/alerts"), List.of()));
        assertThat(local).isEmpty();
    }

    @Test
    void everyEntryHasItsOwnRelabelling() throws Exception {
        apply("""
            alerting:
              alertmanagers:
                - static_configs: [{targets: ["%s"]}]
                  alert_relabel_configs: [{target_label: to, replacement: one}]
                - static_configs: [{targets: ["%s", "dropped:1"]}]
                  relabel_configs: [{source_labels: [__address__], regex: "dropped.*", action: drop}]
            """.formatted(one.address(), two.address()));
        awaitActive(2);
        queue.send(List.of(alert("alertname", "A")));
        assertThat(one.next().body()).contains("\"to\":\"one\"");
        assertThat(two.next().body()).doesNotContain("\"to\"");
        assertThat(queue.alertmanagers().dropped()).containsExactly("http://dropped:1/api/v2/alerts");
    }

    @Test
    void alertsAreSentInBatches() throws Exception {
        apply("alerting: {alertmanagers: [{static_configs: [{targets: [\"" + one.address() + "\"]}]}]}");
        awaitActive(1);
        queue.send(List.of(alert("n", "1"), alert("n", "2"), alert("n", "3")));
        assertThat(one.next().body()).contains("\"1\"", "\"2\"").doesNotContain("\"3\"");
        assertThat(one.next().body()).contains("\"3\"");
    }

    @Test
    void whatIsNotTakenIsCountedAndNotSentAgain() throws Exception {
        one.status = 500;
        apply("alerting: {alertmanagers: [{static_configs: [{targets: [\"" + one.address() + "\"]}]}]}");
        awaitActive(1);
        queue.send(List.of(alert("n", "1")));
        one.next();
        one.status = 200;
        queue.send(List.of(alert("n", "2")));
        assertThat(one.next().body()).contains("\"2\"");
        String url = "http://" + one.address() + "/api/v2/alerts";
        assertThat(meters.get("prometheus_notifications_errors_total")
                        .tag("alertmanager", url)
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("prometheus_notifications_dropped_total")
                        .tag("alertmanager", url)
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void withoutAlertmanagersTheOneOfThisProcessIsTold() throws Exception {
        apply("global: {external_labels: {region: eu}}");
        queue.send(List.of(alert("alertname", "A")));
        assertThat(local.poll(10, TimeUnit.SECONDS)).satisfies(alert -> assertThat((Object) alert.labels())
                .isEqualTo(Labels.of("alertname", "A", "region", "eu")));
        assertThat(queue.alertmanagers()).isEqualTo(new Alertmanagers(List.of(), List.of()));
    }

    @Test
    void whatWaitsIsSentBeforeTheEnd() throws Exception {
        apply("alerting: {alertmanagers: [{static_configs: [{targets: [\"" + one.address() + "\"]}]}]}");
        awaitActive(1);
        queue.send(List.of(alert("n", "1"), alert("n", "2"), alert("n", "3"), alert("n", "4")));
        queue.close();
        assertThat(one.next().body()).contains("\"1\"");
        assertThat(one.next().body()).contains("\"4\"");
    }

    @Test
    void theOldestAlertsGiveWayInAFullQueue() {
        var outbox = new Outbox(3);
        assertThat(outbox.add(List.of(alert("n", "1"), alert("n", "2")))).isZero();
        assertThat(outbox.add(List.of(alert("n", "3"), alert("n", "4")))).isEqualTo(1);
        assertThat(outbox.take(2)).extracting(alert -> alert.labels().get("n")).containsExactly("2", "3");
        assertThat(outbox.add(List.of(alert("n", "5"), alert("n", "6"), alert("n", "7"), alert("n", "8"))))
                .isEqualTo(2);
        assertThat(outbox.take(9)).extracting(alert -> alert.labels().get("n")).containsExactly("6", "7", "8");
    }
}
