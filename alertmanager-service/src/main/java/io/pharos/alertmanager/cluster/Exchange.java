package io.pharos.alertmanager.cluster;

import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.SilenceCodec;
import io.pharos.alertmanager.store.EntryCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The one message of the cluster: silences and log entries to merge.
///
/// ```
/// version 1 (1 B) | answer wanted (1 B) | n (4 B) × (length (4 B) silence) | n (4 B) × (length (4 B) entry)
/// ```
///
/// @param wantsAnswer whether the receiver is to send its own state back
record Exchange(boolean wantsAnswer, List<Silence> silences, List<NotificationLog.Entry> entries) {
    private static final int VERSION = 1;
    /// Parts of a message; a state with more is sent in several.
    private static final int MOST_PARTS = 500;

    byte[] encode() {
        var bytes = new ByteArrayOutputStream(1024);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeBoolean(wantsAnswer);
            out.writeInt(silences.size());
            for (Silence silence : silences) {
                blob(out, SilenceCodec.encode(silence));
            }
            out.writeInt(entries.size());
            for (NotificationLog.Entry entry : entries) {
                blob(out, EntryCodec.encode(entry));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void blob(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /// Fails with [IllegalArgumentException] on what is not such a message.
    static Exchange decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("a cluster message of version " + version);
            }
            boolean wantsAnswer = in.readBoolean();
            var silences = new ArrayList<Silence>();
            for (int n = in.readInt(); n > 0; n--) {
                silences.add(SilenceCodec.decode(blob(in)));
            }
            var entries = new ArrayList<NotificationLog.Entry>();
            for (int n = in.readInt(); n > 0; n--) {
                entries.add(EntryCodec.decode(blob(in)));
            }
            return new Exchange(wantsAnswer, silences, entries);
        } catch (IOException e) {
            throw new IllegalArgumentException("a cluster message of " + bytes.length + " bytes is damaged", e);
        }
    }

    private static byte[] blob(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }

    /// A whole state, in as many messages as it takes; the last one asks for an answer, where one is wanted.
    static List<byte[]> whole(List<Silence> silences, List<NotificationLog.Entry> entries, boolean wantsAnswer) {
        var messages = new ArrayList<byte[]>();
        for (int i = 0; i < silences.size(); i += MOST_PARTS) {
            List<Silence> part = silences.subList(i, Math.min(silences.size(), i + MOST_PARTS));
            messages.add(new Exchange(false, part, List.of()).encode());
        }
        for (int i = 0; i < entries.size(); i += MOST_PARTS) {
            List<NotificationLog.Entry> part = entries.subList(i, Math.min(entries.size(), i + MOST_PARTS));
            messages.add(new Exchange(false, List.of(), part).encode());
        }
        if (wantsAnswer) {
            messages.add(new Exchange(true, List.of(), List.of()).encode());
        }
        return messages;
    }
}
