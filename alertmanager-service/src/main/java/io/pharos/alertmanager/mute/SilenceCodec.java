package io.pharos.alertmanager.mute;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Matcher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.TreeMap;

/// Silences as bytes, on disk and between replicas.
///
/// ```
/// version 1 (1 B) | id | n (2 B) × (type (1 B) name value) | start | end | updated | creator | comment | n (2 B) ×
/// (name value)
/// text: length (4 B) UTF-8      instant: seconds (8 B) nanos (4 B)      big-endian throughout
/// ```
public final class SilenceCodec {
    private static final int VERSION = 1;

    private SilenceCodec() {}

    public static byte[] encode(Silence silence) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            text(out, silence.id());
            out.writeShort(silence.matchers().size());
            for (AlertMatcher matcher : silence.matchers()) {
                out.writeByte(matcher.type().ordinal());
                text(out, matcher.name());
                text(out, matcher.value());
            }
            instant(out, silence.startsAt());
            instant(out, silence.endsAt());
            instant(out, silence.updatedAt());
            text(out, silence.createdBy());
            text(out, silence.comment());
            out.writeShort(silence.annotations().size());
            for (var pair : new TreeMap<>(silence.annotations()).entrySet()) {
                text(out, pair.getKey());
                text(out, pair.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Fails with [IllegalArgumentException] on bytes of another version or that are cut short.
    public static Silence decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "a silence of format " + version + "; this version reads " + VERSION);
            }
            String id = text(in);
            var matchers = new ArrayList<AlertMatcher>();
            for (int n = in.readUnsignedShort(); n > 0; n--) {
                Matcher.Type type = Matcher.Type.values()[in.readByte()];
                matchers.add(new AlertMatcher(type, text(in), text(in)));
            }
            Instant start = instant(in);
            Instant end = instant(in);
            Instant updated = instant(in);
            String creator = text(in);
            String comment = text(in);
            var annotations = new TreeMap<String, String>();
            for (int n = in.readUnsignedShort(); n > 0; n--) {
                String name = text(in);
                annotations.put(name, text(in));
            }
            return new Silence(id, matchers, start, end, updated, creator, comment, annotations);
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a silence of " + bytes.length + " bytes is damaged", e);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes where " + in.available() + " are left");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static void instant(DataOutputStream out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant instant(DataInputStream in) throws IOException {
        long seconds = in.readLong();
        return Instant.ofEpochSecond(seconds, in.readInt());
    }
}
