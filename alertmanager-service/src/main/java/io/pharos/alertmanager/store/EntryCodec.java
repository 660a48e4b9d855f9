package io.pharos.alertmanager.store;

import io.pharos.alertmanager.log.NotificationLog;
import java.io.IOException;

/// An entry of the notification log as bytes, on disk and between replicas: `version (1 B) | group key | receiver
/// | integration | index (4 B) | at | firing | resolved | data | expires`.
public final class EntryCodec {
    private static final int VERSION = 1;

    private EntryCodec() {}

    public static byte[] encode(NotificationLog.Entry entry) {
        return Bytes.write(out -> {
            out.writeByte(VERSION);
            Bytes.text(out, entry.key().groupKey());
            Bytes.text(out, entry.key().receiver());
            Bytes.text(out, entry.key().integration());
            out.writeInt(entry.key().index());
            Bytes.instant(out, entry.at());
            Bytes.longs(out, entry.firing());
            Bytes.longs(out, entry.resolved());
            Bytes.map(out, entry.data());
            Bytes.instant(out, entry.expiresAt());
        });
    }

    /// Fails with [IllegalArgumentException] on damaged bytes or another version.
    public static NotificationLog.Entry decode(byte[] bytes) {
        return Bytes.read("an entry of the notification log", bytes, in -> {
            if (in.readByte() != VERSION) {
                throw new IOException("unknown version");
            }
            String group = Bytes.text(in);
            String receiver = Bytes.text(in);
            String integration = Bytes.text(in);
            var key = new NotificationLog.Key(group, receiver, integration, in.readInt());
            var at = Bytes.instant(in);
            var firing = Bytes.longs(in);
            var resolved = Bytes.longs(in);
            var data = Bytes.map(in);
            return new NotificationLog.Entry(key, at, firing, resolved, data, Bytes.instant(in));
        });
    }
}
