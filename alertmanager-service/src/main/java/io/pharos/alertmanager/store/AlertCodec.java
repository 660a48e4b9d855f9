package io.pharos.alertmanager.store;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.io.IOException;

/// An alert as bytes: `version (1 B) | labels | annotations | start | end | updated | generator | timed out (1
/// B)`, the two label sets in the layout of [Labels].
final class AlertCodec {
    private static final int VERSION = 1;

    private AlertCodec() {}

    static byte[] encode(Alert alert) {
        return Bytes.write(out -> {
            out.writeByte(VERSION);
            Bytes.blob(out, alert.labels().encoded());
            Bytes.blob(out, alert.annotations().encoded());
            Bytes.instant(out, alert.startsAt());
            Bytes.instant(out, alert.endsAt());
            Bytes.instant(out, alert.updatedAt());
            Bytes.text(out, alert.generatorUrl());
            out.writeBoolean(alert.timedOut());
        });
    }

    static Alert decode(byte[] bytes) {
        return Bytes.read("an alert", bytes, in -> {
            if (in.readByte() != VERSION) {
                throw new IOException("unknown version");
            }
            Labels labels = Labels.ofEncoded(Bytes.blob(in));
            Labels annotations = Labels.ofEncoded(Bytes.blob(in));
            var starts = Bytes.instant(in);
            var ends = Bytes.instant(in);
            var updated = Bytes.instant(in);
            String generator = Bytes.text(in);
            return new Alert(labels, annotations, starts, ends, updated, generator, in.readBoolean());
        });
    }
}
