package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier;
import io.pharos.model.port.Notifier.Notification;
import io.pharos.model.port.Notifier.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every adapter of `Notifier` must do. A test of an adapter extends this and hands over a notifier whose receiver
/// `team` has one webhook, [Webhook#url].
public abstract class NotifierContract {
    private static final Duration LONG = Duration.ofSeconds(20);

    protected abstract Notifier notifier();

    /// What the receiver `team` calls. New, or [Webhook#clear]ed, for each test.
    protected abstract Webhook webhook();

    /// A configuration with the receiver of this contract.
    public static String config(String url) {
        return """
            route: { receiver: team }
            receivers:
              - name: team
                webhook_configs: [{ url: "%s" }]
            """.formatted(url);
    }

    /// One firing alert for a receiver, in a group whose key has the id in it.
    public static Notification notification(String id, String receiver, Duration patience) {
        Instant now = Instant.now();
        var alert = new Alert(
                Labels.of("alertname", "A", "job", "x"),
                Labels.of("summary", "grüß"),
                now.minusSeconds(60),
                now.plusSeconds(3600),
                now,
                "http://rules/graph",
                false);
        return new Notification(
                id,
                now.plus(patience),
                receiver,
                "webhook",
                0,
                "{}:{n=\"" + id + "\"}",
                Labels.of("alertname", "A"),
                Labels.EMPTY,
                List.of(alert),
                2,
                "http://am",
                now,
                "",
                Map.of());
    }

    private Outcome deliver(String id) {
        return notifier().deliver(notification(id, "team", LONG));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @Test
    void aNotificationIsDeliveredWhole() {
        assertThat(deliver("whole")).isInstanceOf(Outcome.Delivered.class);
        assertThat(webhook().bodies())
                .singleElement()
                .asString()
                .contains(
                        "\"receiver\":\"team\"",
                        "\"status\":\"firing\"",
                        "\"groupLabels\":{\"alertname\":\"A\"}",
                        "\"summary\":\"grüß\"",
                        "\"externalURL\":\"http://am\"",
                        "\"truncatedAlerts\":2",
                        "\"groupKey\":\"{}:{n=\\\"whole\\\"}\"");
    }

    @Test
    void theSameIdIsDeliveredOnce() {
        String id = id();
        assertThat(deliver(id)).isInstanceOf(Outcome.Delivered.class);
        assertThat(deliver(id)).isInstanceOf(Outcome.Delivered.class);
        assertThat(webhook().bodies()).hasSize(1);
        assertThat(deliver(id())).isInstanceOf(Outcome.Delivered.class);
        assertThat(webhook().bodies()).hasSize(2);
    }

    @Test
    void whatTheReceiverWillNeverTakeIsRefusedAtOnce() {
        webhook().answer(400);
        String id = id();
        assertThat(deliver(id)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                .contains("unexpected status code 400"));
        assertThat(webhook().bodies()).hasSize(1);
        assertThat(deliver(id)).as("a refusal is not remembered").isInstanceOf(Outcome.Delivered.class);
    }

    @Test
    void aFailureThatMayPassIsTriedAgain() {
        webhook().answer(500);
        webhook().answer(503);
        assertThat(deliver(id())).isInstanceOf(Outcome.Delivered.class);
        assertThat(webhook().bodies()).hasSize(3);
    }

    @Test
    void theDeadlineEndsIt() {
        for (int i = 0; i < 10; i++) {
            webhook().answer(500);
        }
        Outcome outcome = notifier().deliver(notification(id(), "team", Duration.ofMillis(900)));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> {
            assertThat(gaveUp.attempts()).isPositive();
            assertThat(gaveUp.lastError()).contains("unexpected status code 500");
        });
    }

    @Test
    void aReceiverThatIsNotConfiguredIsRefused() {
        assertThat(notifier().deliver(notification(id(), "nobody", LONG)))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                        .contains("nobody/webhook[0]"));
        assertThat(webhook().bodies()).isEmpty();
    }
}
