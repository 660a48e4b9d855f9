package io.pharos.notifier.receiver.webhook;

import io.pharos.model.template.NotificationData;
import io.pharos.model.template.NotificationData.AlertData;
import io.pharos.model.text.GoText;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.render.Letter;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body that webhooks are sent, and incident.io with another version.
public final class WebhookBody {
    private WebhookBody() {}

    /// The whole notification.
    public static ObjectNode of(Letter letter, String version) {
        NotificationData data = letter.data();
        ArrayNode alerts = JsonObject.array();
        data.alerts().forEach(alert -> alerts.add(alert(alert)));
        JsonObject body = new JsonObject()
                .with("receiver", data.receiver())
                .with("status", data.status())
                .with("alerts", alerts)
                .with("notification_reason", data.notificationReason())
                .with("groupLabels", strings(data.groupLabels()))
                .with("commonLabels", strings(data.commonLabels()))
                .with("commonAnnotations", strings(data.commonAnnotations()))
                .with("externalURL", data.externalUrl())
                .with("version", version)
                .with("groupKey", letter.groupKey())
                .with("truncatedAlerts", letter.truncatedAlerts());
        // Only where there are some: receivers of 0.33 don't know the field.
        if (!data.routeLabels().isEmpty()) {
            body.with("routeLabels", strings(data.routeLabels()));
        }
        return body.node();
    }

    private static ObjectNode alert(AlertData alert) {
        return new JsonObject()
                .with("status", alert.status())
                .with("labels", strings(alert.labels()))
                .with("annotations", strings(alert.annotations()))
                .with("startsAt", GoText.rfc3339(alert.startsAt()))
                .with("endsAt", GoText.rfc3339(alert.endsAt()))
                .with("generatorURL", alert.generatorUrl())
                .with("fingerprint", alert.fingerprint())
                .node();
    }

    private static ObjectNode strings(Map<String, String> values) {
        var object = new JsonObject();
        new TreeMap<>(values).forEach(object::with);
        return object.node();
    }
}
