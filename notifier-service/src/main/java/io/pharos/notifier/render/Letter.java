package io.pharos.notifier.render;

import io.pharos.model.alert.Alert;
import io.pharos.model.port.Notifier.Notification;
import io.pharos.model.template.GoTime;
import io.pharos.model.template.NotificationData;
import io.pharos.model.template.NotificationData.AlertData;
import io.pharos.model.template.NotificationTemplates;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// One notification as an integration sees it: its data, what renders its strings, and how long there is. Immutable.
public final class Letter {
    private final NotificationTemplates templates;
    private final NotificationTemplates.Over over;
    private final NotificationData data;
    private final String groupKey;
    private final int truncated;
    private final Map<String, String> receiverData;
    private final Instant deadline;
    private final InstantSource time;

    private Letter(
            NotificationTemplates templates,
            NotificationData data,
            String groupKey,
            int truncated,
            Map<String, String> receiverData,
            Instant deadline,
            InstantSource time) {
        this.templates = templates;
        this.over = templates.over(data);
        this.data = data;
        this.groupKey = groupKey;
        this.truncated = truncated;
        this.receiverData = receiverData;
        this.deadline = deadline;
        this.time = time;
    }

    public static Letter of(Notification n, NotificationTemplates templates, InstantSource time) {
        List<AlertData> alerts = new ArrayList<>(n.alerts().size());
        for (Alert alert : n.alerts()) {
            alerts.add(shown(alert, n.now()));
        }
        var data = NotificationData.of(
                n.receiver(),
                alerts,
                n.notificationReason(),
                n.groupLabels().toMap(),
                n.routeLabels().toMap(),
                n.externalUrl().endsWith("/")
                        ? n.externalUrl().substring(0, n.externalUrl().length() - 1)
                        : n.externalUrl());
        return new Letter(templates, data, n.groupKey(), n.truncatedAlerts(), n.receiverData(), n.deadline(), time);
    }

    private static AlertData shown(Alert alert, Instant now) {
        boolean resolved = alert.isResolvedAt(now);
        return new AlertData(
                resolved ? "resolved" : "firing",
                alert.labels().toMap(),
                alert.annotations().toMap(),
                alert.startsAt(),
                resolved ? alert.endsAt() : GoTime.ZERO,
                alert.generatorUrl(),
                HexFormat.of().toHexDigits(alert.fingerprint()));
    }

    /// The first `most` alerts, and the status and common labels of those alone; all of them where `most` is 0.
    public Letter first(long most) {
        int count = data.alerts().size();
        if (most <= 0 || count <= most) {
            return this;
        }
        var cut = new NotificationData(
                data.receiver(),
                data.status(),
                data.alerts().subList(0, (int) most),
                data.notificationReason(),
                data.groupLabels(),
                Map.of(),
                Map.of(),
                data.routeLabels(),
                data.externalUrl());
        return new Letter(
                templates, cut.recounted(), groupKey, truncated + count - (int) most, receiverData, deadline, time);
    }

    /// Renders a string of the receiver as text; fails with [io.pharos.model.template.TemplateException].
    public String text(String template) {
        return over.text(template);
    }

    /// Renders a string of the receiver as HTML; fails with [io.pharos.model.template.TemplateException].
    public String html(String template) {
        return over.html(template);
    }

    public NotificationData data() {
        return data;
    }

    public boolean firing() {
        return data.status().equals("firing");
    }

    public String groupKey() {
        return groupKey;
    }

    /// SHA-256 of the group key, in hexadecimal digits: how services that know incidents know this one.
    public String groupHash() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(groupKey.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }

    public int truncatedAlerts() {
        return truncated;
    }

    /// What the integration stored at the last notification of this group.
    public Map<String, String> receiverData() {
        return receiverData;
    }

    /// The present, for what is dated or signed.
    public Instant now() {
        return time.instant();
    }

    /// How long there is until the deadline; not negative.
    public Duration timeLeft() {
        Duration left = Duration.between(time.instant(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// The same within a limit of the integration's own; 0 means none.
    public Duration timeLeft(Duration limit) {
        Duration left = timeLeft();
        return limit.isZero() || left.compareTo(limit) < 0 ? left : limit;
    }
}
