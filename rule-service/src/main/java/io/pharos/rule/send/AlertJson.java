package io.pharos.rule.send;

import io.pharos.model.alert.Alert;
import io.pharos.model.wire.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// Alerts as `POST /api/v2/alerts` takes them.
final class AlertJson {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private AlertJson() {}

    static byte[] encode(List<Alert> alerts) {
        var out = new ByteArrayOutputStream(alerts.size() * 512);
        var json = new JsonWriter(out);
        json.beginArray();
        for (Alert alert : alerts) {
            json.beginObject();
            if (!alert.annotations().isEmpty()) {
                json.name("annotations").labels(alert.annotations());
            }
            json.field("endsAt", time(alert.endsAt())).field("startsAt", time(alert.startsAt()));
            if (!alert.generatorUrl().isEmpty()) {
                json.field("generatorURL", alert.generatorUrl());
            }
            json.name("labels").labels(alert.labels()).endObject();
        }
        json.endArray().flush();
        return out.toByteArray();
    }

    private static String time(Instant at) {
        return MILLIS.format(at);
    }
}
