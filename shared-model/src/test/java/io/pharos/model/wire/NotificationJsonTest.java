package io.pharos.model.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier.Notification;
import io.pharos.model.port.Notifier.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotificationJsonTest {
    @Test
    void aNotificationComesBackAsItWas() {
        var alert = new Alert(
                Labels.of("alertname", "Down", "ö", "\"<\n"),
                Labels.of("summary", "it's"),
                Instant.parse("2026-03-04T05:06:07.000000089Z"),
                Instant.EPOCH,
                Instant.parse("2026-03-04T05:06:08Z"),
                "http://x/?a=b&c",
                true);
        var notification = new Notification(
                "id",
                Instant.parse("2026-03-04T05:07:00Z"),
                "team",
                "slack",
                2,
                "{}:{a=\"b\"}",
                Labels.of("alertname", "Down"),
                Labels.EMPTY,
                List.of(alert),
                3,
                "http://am",
                Instant.parse("2026-03-04T05:06:09Z"),
                "first notification",
                Map.of("threadTs", "1.2"));

        assertThat(NotificationJson.readNotification(NotificationJson.writeNotification(notification)))
                .isEqualTo(notification);
    }

    @Test
    void everyOutcomeComesBackAsItWas() {
        for (Outcome outcome : List.of(
                new Outcome.Delivered(Map.of("a", "b")), new Outcome.Refused("why"), new Outcome.GaveUp(3, "last"))) {
            assertThat(NotificationJson.readOutcome(NotificationJson.writeOutcome(outcome)))
                    .isEqualTo(outcome);
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> read("{\"alerts\":[{\"startsAt\":\"x\"}]}")).hasMessageContaining("startsAt");
        assertThatThrownBy(() -> read("{\"alerts\":[]}")).hasMessageContaining("alerts");
        assertThatThrownBy(() -> read("[1]")).hasMessage("not a JSON object");
        assertThatThrownBy(() -> read("{")).hasMessageStartingWith("not JSON: ");
    }

    private static Notification read(String json) {
        return NotificationJson.readNotification(json.getBytes(StandardCharsets.UTF_8));
    }
}
