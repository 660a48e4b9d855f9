package io.pharos.alertmanager.store;

import io.pharos.alertmanager.group.Journal;
import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/// An alert as bytes: `version (1 B) | labels | annotations | start | end | updated | generator | timed out (1
/// B)`, the two label sets in the layout of [Labels]; and the times that a later report moved: `end | updated | timed
/// out (1 B)`. Most writes are of the latter, which is a tenth of the former.
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

    static byte[] encode(Journal.Moved moved) {
        return ByteBuffer.allocate(25)
                .putLong(moved.endsAt().getEpochSecond())
                .putInt(moved.endsAt().getNano())
                .putLong(moved.updatedAt().getEpochSecond())
                .putInt(moved.updatedAt().getNano())
                .put((byte) (moved.timedOut() ? 1 : 0))
                .array();
    }

    /// `alert` with the times of `bytes`, unless it is the later one itself.
    static Alert moved(Alert alert, byte[] bytes) {
        return Bytes.read("the times of an alert", bytes, in -> {
            Instant ends = Bytes.instant(in);
            Instant updated = Bytes.instant(in);
            boolean timedOut = in.readBoolean();
            return updated.isAfter(alert.updatedAt())
                    ? new Alert(
                            alert.labels(),
                            alert.annotations(),
                            alert.startsAt(),
                            ends,
                            updated,
                            alert.generatorUrl(),
                            timedOut)
                    : alert;
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
